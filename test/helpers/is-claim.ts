/** A command that gives entries to a consumer: XCLAIM, or the script that looks at owner and delivery count before. */
export const isClaim = ([name = '', lua = '']: readonly string[]): boolean =>
  name.toUpperCase() === 'XCLAIM' || (name === 'EVAL' && lua.includes("redis.pcall('XCLAIM', key, group, ARGV[2]"))
