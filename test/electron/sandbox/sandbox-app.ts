import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pino } from 'pino'
import { startSandbox } from '../../../electron/sandbox/start-sandbox'

// Run by keeper.test.ts: starts a sandbox, says where it is, and ends as it is told to, without a word to the sandbox.
const { dataDir } = await startSandbox({ static: false, log: pino({ level: 'silent' }) })
const serverPid = Number(readFileSync(join(dirname(dataDir), 'redis.pid'), 'utf8'))
process.stdin.on('data', (told: Buffer) => {
  if (told.toString().includes('an exit')) process.exit(0)
  throw new Error('as told')
})
process.stdout.write(`${JSON.stringify({ dataDir, serverPid })}\n`)
