import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { expect, test } from 'vitest'
import { stampOf, writeName } from '../../../../electron/services/journal/folder'
import { birthOf, isStillRunning } from '../../../../electron/services/journal/writer-process'
import { useJournals } from './journal-kit'

const kit = useJournals()
const NO_PROCESS = 2_147_483_000
const YEARS_AGO = 1_000
const begin = JSON.stringify({
  ...{ t: 'begin', id: 'r1', at: 1, connectionId: 'c1', connectionName: 'c', action: 'claim', key: 'k', group: 'g' },
  ...{ request: null, summary: '', commands: [], undo: { possible: true, note: '' }, undoes: null },
})

test.each(['linux', 'darwin'] as const)('a process has one birth, as told by %s', async (platform) => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
  await once(child, 'spawn')
  const birth = await birthOf(child.pid!, platform)
  expect(birth).toMatch(/^[0-9a-z]+$/)
  expect(await birthOf(child.pid!, platform)).toBe(birth)
  expect(await isStillRunning(child.pid!, await birthOf(child.pid!), YEARS_AGO)).toBe(true)
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  expect(await birthOf(child.pid!, platform)).toBeNull()
  expect(await isStillRunning(child.pid!, birth, Date.now())).toBe(false)
})

test('two processes born apart have different births', async () => {
  expect(await birthOf(process.pid)).not.toBe(await birthOf(process.ppid))
})

test('where births are not told, a process lives that was alive since the system started', async () => {
  expect(await birthOf(process.pid, 'win32')).toBeNull()
  const boot = Date.now() - os.uptime() * 1_000
  expect(await isStillRunning(process.pid, null, Date.now())).toBe(true)
  expect(await isStillRunning(process.pid, null, boot - 60_000)).toBe(false)
  expect(await isStillRunning(NO_PROCESS, null, Date.now())).toBe(false)
})

interface Case {
  readonly whose: string
  readonly birth: () => Promise<string | null>
  readonly made: Date
  readonly state: 'running' | 'interrupted'
}
const cases: readonly Case[] = [
  { whose: 'this very process', birth: () => birthOf(process.pid), made: new Date(), state: 'running' },
  { whose: 'one before it with the same id', birth: async () => 'x1', made: new Date(), state: 'interrupted' },
  { whose: 'one from before the system started', birth: async () => null, made: new Date(0), state: 'interrupted' },
]

test.each(cases)('a record without an end, by $whose, is $state', async ({ birth, made, state }) => {
  const name = writeName({ stamp: stampOf(made), pid: process.pid, birth: await birth(), serial: 0 })
  kit.write(name, `${begin}\n`)
  expect((await (await kit.open()).get('r1')).record.state).toBe(state)
})

test.runIf(process.platform === 'linux')('a process that ended and was not reaped is not running', async () => {
  // The shell becomes a program that never asks after the shell's child, and only then does the child end.
  const script = 'cat <&3 & echo $!; exec tail -f /dev/null'
  const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] })
  const [said] = (await once(parent.stdout!, 'data')) as [Buffer]
  const child = Number(said.toString())
  const told = (pid: number, what: string) => readFileSync(`/proc/${pid}/${what}`, 'utf8')
  await expect.poll(() => told(parent.pid!, 'comm'), { timeout: 30_000 }).toBe('tail\n')
  expect(await birthOf(child)).not.toBeNull()
  parent.stdio[3]!.destroy()
  await expect.poll(() => told(child, 'stat'), { timeout: 30_000 }).toContain(') Z ')
  expect(await birthOf(child)).toBeNull()
  parent.kill('SIGKILL')
})
