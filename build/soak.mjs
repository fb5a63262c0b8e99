// `npm run soak`: what may run longer (kills at random points, fuzzes, all servers), ten times as long as in `npm test`, or
// `npm run soak -- 50` times; `npm run soak -- 50 redrive` of some. Those are the test files that ask test/helpers/soak.ts.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const asksHowLong = (file) => readFileSync(join(ROOT, file), 'utf8').includes("helpers/soak'")

const [asked = '10', ...parts] = process.argv.slice(2)
const times = Number(asked)
if (!Number.isInteger(times) || times < 2) throw new Error('How many times as long? A whole number, from 2 on.')
const tests = readdirSync(join(ROOT, 'test'), { recursive: true })
  .map((name) => join('test', name))
  .filter((name) => name.endsWith('.test.ts') && asksHowLong(name))
  .filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
if (tests.length === 0) throw new Error(`No test that may run longer is named like ${parts.join(' or ')}.`)
const { status } = spawnSync(process.execPath, ['build/test.mjs', '--testTimeout', String(times * 120_000), ...tests], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, SLUICE_SOAK: String(times) },
})
process.exitCode = status ?? 1
