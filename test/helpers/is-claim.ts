/** A command that gives entries to a consumer: XCLAIM, or the script that looks at owner and delivery count before. */
export const isClaim = ([name = '', lua = '']: readonly string[]): boolean =>
  name.toUpperCase() === 'XCLAIM' || isCheckedClaim([name, lua])

/** That script alone. */
export const isCheckedClaim = ([name = '', lua = '']: readonly string[]): boolean =>
  name.toUpperCase() === 'EVAL' && lua.includes("'XCLAIM', key, group, ARGV[")

/** The XCLAIMs that such a command comes to, where all is as it was seen. */
export function xclaimsOf(args: readonly string[]): readonly (readonly string[])[] {
  if (!isCheckedClaim(args)) return [args]
  const [, , , key = '', group = '', count, ...rest] = args
  const [consumers, [parts, ...behind]] = [rest.slice(0, Number(count)), rest.slice(Number(count))]
  const lines = behind.slice(0, Number(parts)).map((line) => line.split(' '))
  const [runs = '', seen = ''] = behind.slice(Number(parts))
  const ids = seen.split(' ').filter((word) => /^\d+-\d+$/.test(word))
  const claimOf = runs.split(' ').flatMap((run) => {
    const [length, line] = run.split(':').map(Number)
    return Array.from({ length: length ?? 0 }, () => line)
  })
  return lines.map(([consumer, idleMs = '', ...options], at) => [
    ...['XCLAIM', key, group, consumers[Number(consumer) - 1] ?? '', idleMs],
    ...[...ids.filter((_, index) => claimOf[index] === at + 1), ...options],
  ])
}
