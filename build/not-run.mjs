// What `npm test` tells at its end of what was not run, so that a green run is not taken for more than it shows.

export const bar = '='.repeat(72)

/**
 * The lines: by reason, how many tests and where. `skipped`: of each test its `file`, its `suite` and the `note` that it
 * was left out with. `servers`: those that are not here; `only`: the one that was asked for, else ''.
 */
export function notRunLines({ skipped, servers, only, areInTurn }) {
  const lines = []
  if (only !== '') lines.push(`every server but ${only}: SLUICE_TEST_SERVER asks for that one`)
  else if (servers.length > 0) {
    lines.push(`${servers.join(', ')}: not here (node build/fetch-servers.mjs tries to fetch them)`)
  }
  if (areInTurn && only === '') {
    lines.push('most files on each server: they run on the newest Redis, and on the own or one more in turn;')
    lines.push('  SLUICE_TEST_SERVER=all npm test runs all on each')
  }
  const byReason = new Map()
  for (const { file, suite, note } of skipped) {
    const reason = note || 'left out, without a reason'
    const known = byReason.get(reason) ?? { tests: 0, suites: new Set() }
    known.tests += 1
    known.suites.add(suite === '' ? file : `${file} > ${suite}`)
    byReason.set(reason, known)
  }
  for (const [reason, { tests, suites }] of byReason) {
    lines.push(`${tests} ${tests === 1 ? 'test' : 'tests'}: ${reason}`, ...[...suites].map((suite) => `  ${suite}`))
  }
  if (lines.length === 0) return []
  return [bar, 'NOT RUN, so not shown to work here:', ...lines.map((line) => `  ${line}`), bar]
}
