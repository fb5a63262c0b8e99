import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stampOf, writeName } from '../../../../electron/services/journal/folder'
import { createPresence, type Presence } from '../../../../electron/services/journal/presence'
import { birthOf, processNamespace } from '../../../../electron/services/journal/writer-process'

let dataDir: string
const opened = new Set<Presence>()
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-presence-'))
})
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all([...opened].map((each) => each.close()))
  opened.clear()
  rmSync(dataDir, { recursive: true, force: true })
})

const TIMES = { beatMs: 20, lapseMs: 30_000, deadMs: 60_000 }
function open(times = TIMES): Presence {
  const presence = createPresence(dataDir, times)
  opened.add(presence)
  return presence
}
const folder = () => join(dataDir, 'running')
const signs = () => readdirSync(folder())
const timeOf = (name: string) => statSync(join(folder(), name)).mtimeMs
/** A file of the journal, as a process of this id and birth makes it. */
const fileOf = (pid: number, birth: string | null) =>
  join(dataDir, 'journal', writeName({ stamp: stampOf(new Date()), pid, birth, serial: 0 }))
/** The sign of a process of another namespace. Its id is that of a process of ours. */
function foreignSign({ birth = 'b1', namespace = 'n2', agoMs = 0 } = {}): string {
  mkdirSync(folder(), { recursive: true })
  const sign = join(folder(), `${process.pid}.${birth}@${namespace}~00000000-0000-4000-8000-000000000000`)
  writeFileSync(sign, '.')
  const at = new Date(Date.now() - agoMs)
  utimesSync(sign, at, at)
  return sign
}

test.runIf(process.platform === 'linux')('a namespace is told by its inode and the kernel’s boot', async () => {
  const [inode] = /\d+/.exec(readlinkSync('/proc/self/ns/pid')) ?? []
  expect(await processNamespace()).toMatch(new RegExp(`^[0-9a-f]{8}n${inode}$`))
})

test('a sign of life is there from the first record on, renewed while one is open, and gone with the process', async () => {
  const presence = open()
  const hold = await presence.hold()
  const [name = ''] = signs()
  expect(name).toContain(`${process.pid}.${await birthOf(process.pid)}@${await processNamespace()}~`)
  expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600)
  const first = timeOf(name)
  await expect.poll(() => timeOf(name)).toBeGreaterThan(first)
  const second = await presence.hold()
  expect(signs()).toEqual([name])
  hold.release()
  hold.release()
  const then = timeOf(name)
  await expect.poll(() => timeOf(name)).toBeGreaterThan(then)
  second.release()
  await presence.close()
  expect(signs()).toEqual([])
})

test('one that was removed is made again', async () => {
  const presence = open()
  await presence.hold()
  for (const name of signs()) rmSync(join(folder(), name))
  await expect.poll(() => signs().length).toBe(1)
})

test('a process of this namespace is told by id and birth, whatever its sign says', async () => {
  const presence = open()
  await presence.hold()
  const [name = ''] = signs()
  const own = fileOf(process.pid, await birthOf(process.pid))
  const longAgo = new Date(0)
  utimesSync(join(folder(), name), longAgo, longAgo)
  expect(await open().isBeingWritten(own)).toBe(true)
  // One before it with the same id, whose sign is still fresh.
  writeFileSync(join(folder(), name.replace(/\.[^@]+@/, '.b1@')), '.')
  expect(await open().isBeingWritten(fileOf(process.pid, 'b1'))).toBe(false)
})

test('a process of another namespace lives by its signs, though here its id is nobody’s or another’s', async () => {
  const file = fileOf(process.pid, 'b1')
  expect(await open().isBeingWritten(file)).toBe(false)
  foreignSign({ agoMs: 50_000 })
  expect(await open().isBeingWritten(file)).toBe(true)
  foreignSign({ agoMs: 70_000 })
  expect(await open().isBeingWritten(file)).toBe(false)
  expect(await open().isBeingWritten(fileOf(process.pid, 'b2'))).toBe(false)
})

test('a sign from the future counts until it was watched for long enough without a change', async () => {
  const presence = open({ ...TIMES, deadMs: 200 })
  const file = fileOf(process.pid, 'b1')
  foreignSign({ agoMs: -3_600_000 })
  expect(await presence.isBeingWritten(file)).toBe(true)
  await expect.poll(() => presence.isBeingWritten(file)).toBe(false)
  foreignSign({ agoMs: -3_700_000 })
  expect(await presence.isBeingWritten(file)).toBe(true)
})

test('after a sleep of the machine nobody is dead before there was time for a sign', async () => {
  const presence = open({ ...TIMES, deadMs: 1_000 })
  const file = fileOf(process.pid, 'b1')
  const sign = foreignSign()
  expect(await presence.isBeingWritten(file)).toBe(true)
  // The clock that stands still while the machine sleeps has not moved; the sign is eight hours old by the other.
  const before = new Date(Date.now() - 8 * 3_600_000)
  utimesSync(sign, before, before)
  const real = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => real() + 8 * 3_600_000)
  expect(await presence.isBeingWritten(file)).toBe(true)
  await expect.poll(() => presence.isBeingWritten(file)).toBe(false)
  vi.restoreAllMocks()
})

test('one that stood still for too long may do nothing more with what was open, and may begin anew', async () => {
  const presence = open({ ...TIMES, lapseMs: 100, beatMs: 60_000 })
  const hold = await presence.hold()
  hold.require()
  await expect.poll(() => thrownBy(hold.require)).toMatchObject({ code: 'STORAGE' })
  const next = await presence.hold()
  next.require()
  expect(thrownBy(hold.require)).toMatchObject({ code: 'STORAGE' })
})

test('one that gives its signs may go on for ever', async () => {
  const presence = open({ ...TIMES, lapseMs: 2_000 })
  const hold = await presence.hold()
  const [name = ''] = signs()
  const began = timeOf(name)
  await expect.poll(() => timeOf(name) - began, { timeout: 30_000 }).toBeGreaterThan(2_500)
  hold.require()
})

test('signs that are a day old are cleared away by the next one', async () => {
  const old = foreignSign({ agoMs: 25 * 3_600_000 })
  await open().hold()
  expect(signs()).toHaveLength(1)
  expect(old.endsWith(signs()[0] ?? '')).toBe(false)
})

test('where no sign can be given, nothing is begun', async () => {
  writeFileSync(folder(), '')
  await expect(open().hold()).rejects.toMatchObject({ code: 'STORAGE', data: { file: folder() } })
})

function thrownBy(work: () => void): unknown {
  try {
    work()
    return null
  } catch (error) {
    return error
  }
}
