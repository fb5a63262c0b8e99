// `npm test`: every project of vitest.config.ts. `npm test -- test/shared -t ids` runs some of it; flags are vitest's.
// Prints at its end what was shown of every action on every server; ends with one plain line, `N passed, N failed`, for whoever counts.
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseCLI, startVitest } from 'vitest/node'
import { matrixLines } from './matrix.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const print = (line) => process.stdout.write(`${line}\n`)

process.chdir(ROOT)
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
const vitest = await startVitest('test', filter, { ...options, config: 'build/vitest.config.ts', watch: false })
const modules = vitest.state.getTestModules()
const tests = modules.flatMap((module) => [...module.children.allTests()])
const inState = (state) => tests.filter((test) => test.result().state === state)
// With -t, the rest is left out on purpose.
const skipped = options.testNamePattern ? [] : inState('skipped')
// A file that fails before its tests are known, a failing hook, and an error that no test caught, fail no test by themselves.
const outsideTests = [
  ...modules.flatMap((module) => [module, ...module.children.allSuites()]).flatMap((part) => part.errors()),
  ...vitest.state.getUnhandledErrors(),
]
await vitest.close()

const matrix = matrixLines(
  tests.map((test) => ({
    file: relative(ROOT, test.module.moduleId),
    name: test.fullName,
    state: test.result().state,
    meta: test.meta(),
  })),
)
if (matrix.length > 0) print(`\n${matrix.join('\n')}`)
if (skipped.length > 0) print('\nSKIPPED, so not shown to work here:')
for (const test of skipped) {
  const note = test.result().note
  print(`  ${relative(ROOT, test.module.moduleId)} > ${test.fullName}${note ? `: ${note}` : ''}`)
}
const [passed, failed] = [inState('passed').length, inState('failed').length + outsideTests.length]
if (passed + failed === 0) print('No test ran.')
process.exitCode = failed > 0 || passed === 0 || process.exitCode ? 1 : 0
print(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`)
