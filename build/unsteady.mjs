// What `npm test` tells at its end of what passed only when it was tried again, so that it is mended.
import { bar } from './not-run.mjs'

/** So much of why is kept: a property tells its seed and its counter-example within that. */
const MOST_LINES = 30
const MOST_WIDTH = 300

/** The lines: of each test its `file`, its `name`, and the beginning of `why` it failed at first. */
export function unsteadyLines(tests) {
  if (tests.length === 0) return []
  const lines = tests.flatMap(({ file, name, why }) => [
    `${file} > ${name}`,
    ...reasons(why).map((line) => `  ${line}`),
  ])
  return [bar, 'PASSED ONLY WHEN TRIED AGAIN:', ...lines.map((line) => `  ${line}`), bar]
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
