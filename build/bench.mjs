// `npm run bench`: seeds a server of its own and prints, in one run, what Sluice costs over the bare commands, and how long
// a click takes in its page. `--quick`: a tenth of the data; `--recovery`: only the recovery of a million; `--idle`: only what a look
// costs that nobody asked for; `--reach`: only a cluster, and a server through SSH; `--export`: only an export of a million entries. Nothing else should be busy on the machine meanwhile.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'
import { buildIfStale } from './bundle.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const say = (line) => process.stderr.write(`${line}\n`)

process.chdir(ROOT)
if (!buildIfStale(say)) process.exit(1)
const { module } = await runnerImport(join(ROOT, 'test/bench/run.ts'))
const { table, missed } = await module.runBench({
  quick: process.argv.includes('--quick'),
  recoveryOnly: process.argv.includes('--recovery'),
  idleOnly: process.argv.includes('--idle'),
  exportOnly: process.argv.includes('--export'),
  reachOnly: process.argv.includes('--reach'),
  say,
})
process.stdout.write(`${table}\n`)
// A missed aim is a figure like any other. Only what could not be measured is an error, and ends this by itself.
if (missed > 0) say(`${missed} ${missed === 1 ? 'aim' : 'aims'} missed`)
