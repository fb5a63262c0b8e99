// `npm run check`: everything that can be said about the code without running it. `npm run check -- lint layers` runs some of it.
import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
/** The long ones first, so that the short ones fill the other core. */
const STEPS = {
  lint: ['eslint/bin/eslint.js', '--config', 'build/eslint.config.js', '--max-warnings', '0', '.'],
  'typed lint': ['oxlint/bin/oxlint', '--config', 'build/oxlint.jsonc', '--type-aware', '--tsconfig', 'tsconfig.json'],
  types: ['vue-tsc/bin/vue-tsc.js', '--noEmit', '--project', '.'],
  format: ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  layers: [
    'dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    'build/layers.cjs',
    'shared',
    'electron',
    'renderer',
    'test',
  ],
  'dead code': ['knip/bin/knip.js', '--config', 'build/knip.json', '--no-progress'],
  'lock file': ['../build/lock-lint.mjs'],
  subjects: ['../build/subject-lint.mjs'],
}
const AT_ONCE = 2
/** What is made and forgotten is swept up less often: a fifth of the processor time of the types, a tenth of the others'. */
const ROOM_FOR_NEW = '--max-semi-space-size=64'

const print = (text) => process.stdout.write(`${text}\n`)

/** Runs one step, says how it went, and gives whether it passed. */
async function runStep(name, [script, ...args]) {
  const started = performance.now()
  const child = spawn(process.execPath, [ROOM_FOR_NEW, `node_modules/${script}`, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const code = await new Promise((resolve) =>
    child.once('error', (error) => resolve(error.message)).once('close', resolve),
  )
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  print(`${code === 0 ? '✓' : '✗'} ${name.padEnd(10)} ${seconds.padStart(5)} s`)
  if (code !== 0) print(output.trimEnd())
  return code === 0
}

const asked = process.argv.slice(2)
const steps = Object.entries(STEPS).filter(([name]) => asked.length === 0 || asked.includes(name))
if (steps.length === 0) throw new Error(`There is: ${Object.keys(STEPS).join(', ')}`)
const queue = [...steps]
const failed = []
async function work() {
  for (let step = queue.shift(); step; step = queue.shift()) if (!(await runStep(...step))) failed.push(step[0])
}
const started = performance.now()
await Promise.all(Array.from({ length: AT_ONCE }, work))
const seconds = ((performance.now() - started) / 1000).toFixed(0)
print(
  `check: ${steps.length - failed.length} passed, ${failed.length} failed in ${seconds} s${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
)
process.exitCode = failed.length > 0 ? 1 : 0
