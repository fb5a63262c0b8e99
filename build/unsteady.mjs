// What `npm test` tells at its end of what passed only when it was tried again, so that it is mended.
import { bar } from './not-run.mjs'

/** The lines: of each test its `file`, its `name`, and the first line of `why` it failed at first. */
export function unsteadyLines(tests) {
  if (tests.length === 0) return []
  const lines = tests.flatMap(({ file, name, why }) => [`${file} > ${name}`, `  ${why.split('\n')[0] || 'no reason'}`])
  return [bar, 'PASSED ONLY WHEN TRIED AGAIN:', ...lines.map((line) => `  ${line}`), bar]
}
