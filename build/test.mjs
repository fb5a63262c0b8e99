// `npm test`: every project of vitest.config.ts. `npm test -- test/shared -t ids` runs some of it; flags are vitest's.
// Prints at its end what was shown of every action on every server, how many faults were struck, and loudly what was not run,
// what passed only when it was tried again, and what failed;
// ends with one plain line, `N passed, N failed`, for whoever counts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseCLI, startVitest } from 'vitest/node'
import { failedLines, unsteadyLines, whyOf } from './failures.mjs'
import { faultLines } from './faults.mjs'
import { missingServers } from './fetch-servers.mjs'
import { matrixLines } from './matrix.mjs'
import { notRunLines } from './not-run.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const print = (line) => process.stdout.write(`${line}\n`)
const fileOf = (module) => relative(ROOT, module.moduleId)
const failureOf = (test) => ({ file: fileOf(test.module), name: test.fullName, why: whyOf(test.result().errors?.[0]) })

process.chdir(ROOT)
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
// In a whole run a test is tried twice, and that is told: one of 12 000 against real servers doesn't hide what the others say.
const retry = filter.length > 0 ? 0 : 1
// Each fault that a test strikes is one line.
const notes = mkdtempSync(join(tmpdir(), 'sluice-faults-'))
process.env.SLUICE_FAULTS = join(notes, 'struck')
writeFileSync(process.env.SLUICE_FAULTS, '')
const vitest = await startVitest('test', filter, { retry, ...options, config: 'build/vitest.config.ts', watch: false })
const modules = vitest.state.getTestModules()
const tests = modules.flatMap((module) => [...module.children.allTests()])
const inState = (state) => tests.filter((test) => test.result().state === state)
// With -t, the rest is left out on purpose.
const skipped = options.testNamePattern ? [] : inState('skipped')
// A file that fails before its tests are known, a failing hook, and an error that no test caught, fail no test by themselves.
const outsideTests = [
  ...modules
    .flatMap((module) => [module, ...module.children.allSuites()].map((part) => ({ module, part })))
    .flatMap(({ module, part }) =>
      part.errors().map((error) => ({ file: fileOf(module), name: part.fullName ?? '', why: whyOf(error) })),
    ),
  ...vitest.state.getUnhandledErrors().map((error) => ({ file: '', name: '', why: whyOf(error) })),
]
await vitest.close()

const matrix = matrixLines(
  tests.map((test) => ({
    file: fileOf(test.module),
    name: test.fullName,
    state: test.result().state,
    meta: test.meta(),
  })),
)
if (matrix.length > 0) print(`\n${matrix.join('\n')}`)
const faults = faultLines(readFileSync(process.env.SLUICE_FAULTS, 'utf8'))
rmSync(notes, { recursive: true })
if (faults.length > 0) print(`\n${faults.join('\n')}`)
const unsteady = unsteadyLines(tests.filter((test) => test.diagnostic()?.flaky).map(failureOf))
if (unsteady.length > 0) print(`\n${unsteady.join('\n')}`)
const asked = process.env.SLUICE_TEST_SERVER ?? ''
const notRun = notRunLines({
  skipped: skipped.map((test) => ({
    file: fileOf(test.module),
    suite: test.parent.type === 'suite' ? test.parent.fullName : '',
    note: test.result().note,
  })),
  // Asked for a part, nobody takes it for the whole.
  servers: filter.length > 0 ? [] : missingServers(),
  only: asked === 'all' ? '' : asked,
  areInTurn: filter.length === 0 && asked !== 'all',
})
if (notRun.length > 0) print(`\n${notRun.join('\n')}`)
const failures = [...inState('failed').map(failureOf), ...outsideTests]
const failed = failedLines(failures)
if (failed.length > 0) print(`\n${failed.join('\n')}`)
const passed = inState('passed').length
if (passed + failures.length === 0) print('No test ran.')
process.exitCode = failures.length > 0 || passed === 0 || process.exitCode ? 1 : 0
print(`${passed} passed, ${failures.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`)
