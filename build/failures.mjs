// What `npm test` tells at its end of what failed, and of what passed only when it was tried again, so that it is mended:
// where only the end of a log is kept, that must be enough.
import { bar } from './not-run.mjs'

/** So much of why is kept: a property tells its seed and its counter-example within that. */
const MOST_LINES = 30
const MOST_WIDTH = 300
/** So many are told with why; the rest by name, and beyond that counted. */
const MOST_REASONS = 10
const MOST_NAMES = 40

/** The lines: of each test that passed at its second try its `file`, its `name`, and the beginning of `why` it failed at first. */
export const unsteadyLines = (tests) => linesOf('PASSED ONLY WHEN TRIED AGAIN:', tests)

/** The same of what failed: tests, files that could not be read, hooks, and errors that no test caught. */
export const failedLines = (failures) => linesOf('FAILED:', failures)

function linesOf(title, tests) {
  if (tests.length === 0) return []
  const lines = tests
    .slice(0, MOST_NAMES)
    .flatMap(({ file, name, why }, at) => [
      [file, name].filter((part) => part !== '').join(' > ') || 'outside every file',
      ...(at < MOST_REASONS ? reasons(why).map((line) => `  ${line}`) : []),
    ])
  if (tests.length > MOST_NAMES) lines.push(`and ${tests.length - MOST_NAMES} more`)
  return [bar, title, ...lines.map((line) => `  ${line}`), bar]
}

/** What an error of vitest's says, and what caused it: a property names its counter-example, and its cause the check that failed. */
export function whyOf(error) {
  if (!error) return ''
  const cause = error.cause?.message
  const at = (error.cause ?? error).stacks?.[0]
  return [error.message, ...(cause ? [`Caused by: ${cause}`] : []), ...(at ? [`at ${at.file}:${at.line}`] : [])].join(
    '\n',
  )
}

function reasons(why) {
  const lines = why.split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) return ['no reason']
  return lines.slice(0, MOST_LINES).map((line) => line.slice(0, MOST_WIDTH))
}
