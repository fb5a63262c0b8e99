import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Redis } from 'ioredis'
import { toBuffer } from '../../../../electron/redis/bytes'
import type { Bytes } from '../../../../shared/bytes'
import type { FaultProxy } from '../../../helpers/fault-proxy'
import { asNobody } from '../../../helpers/as-nobody'
import { describeUnless } from '../../../helpers/describe-unless'
import { findBinary } from '../../../helpers/find-binary'
import { fill, idsOf, KEY, maxlen, minid, openBehindProxy, watchCommands, type TrimWorld } from './trim-world'
import { telling } from '../../../helpers/saying'
import { asksForStreamInfo } from '../../../helpers/stream-info-command'

interface SavedEntry {
  readonly id: string
  readonly fields: readonly (readonly [Bytes, Bytes])[]
}

let world: TrimWorld & { readonly proxy: FaultProxy }
let direct: Redis
let onCommand: (name: string, args: readonly string[]) => void
let folder: string
beforeAll(async () => {
  world = await openBehindProxy()
  direct = world.direct
  folder = join(world.dataDir, 'backups')
  watchCommands(world.proxy, (name, args) => onCommand(name, args))
})
afterAll(() => world.stop())
beforeEach(async () => {
  onCommand = () => undefined
  await direct.flushall()
  rmSync(folder, { recursive: true, force: true })
})

function lines(file: string): readonly unknown[] {
  const text = readFileSync(file, 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

/** Ids and fields, with a character per byte: bytes in a Buffer are compared one by one, which takes minutes. */
type Contents = readonly (readonly [string, readonly string[]])[]

/** As the server gives them to a client that asks for bytes. */
async function contents(key: Bytes): Promise<Contents> {
  const entries = (await direct.callBuffer('XRANGE', [toBuffer(key), '-', '+'])) as [Buffer, Buffer[]][]
  return entries.map(([id, fields]) => [String(id), fields.map((part) => part.toString('latin1'))])
}

/** The backup's entries as the server would give them. */
function restored(file: string): Contents {
  const entries = lines(file).slice(1) as SavedEntry[]
  return entries.map(({ id, fields }) => [id, fields.flat().map((part) => toBuffer(part).toString('latin1'))])
}

const wholeFiles = () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [])

describe('what is saved', () => {
  test('is what went: bytes, duplicates, order and empty values alike', async () => {
    const key = { base64: '//4A' }
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const odd = [
      ['a', '1', 'a', '2', 'b', '', '', 'nameless'],
      [bytes, bytes, 'text', 'ünïcode 🙂 \u2028 " \\ \u0000'],
      ['big', Buffer.alloc(8_000_000, 0xff), 'also', 'x'.repeat(3_000_000)],
      ['last', '\ufeffwith a mark'],
    ]
    for (const [n, fields] of odd.entries()) await direct.call('XADD', toBuffer(key), `${n + 1}-7`, ...fields)
    await direct.call('XADD', toBuffer(key), '9-0', 'stays', '1')
    const before = await contents(key)
    const job = await world.run(await world.plan(maxlen(1), { key }), true)
    expect(job).toMatchObject({ state: 'done', counts: { changed: 4 } })
    const { backupFile } = await world.record(job)
    expect(restored(backupFile ?? '')).toEqual(before.slice(0, 4))
    expect(await contents(key)).toEqual(before.slice(4))
    expect(lines(backupFile ?? '')[0]).toEqual({ stream: key, savedAt: expect.any(String) as string })
    expect(statSync(backupFile ?? '').mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  test.each([
    ['many entries', maxlen(2_000), false, 18_000],
    ['all entries', minid('99999-0'), false, 20_000],
    ['whole nodes', maxlen(2_050), true, 17_950],
  ])('of %s: no more is gone than is in the file', async (_, strategy, approximate, saved) => {
    await fill(direct, 20_000, { bytes: 30 })
    const before = await contents(KEY)
    const job = await world.run(await world.plan(strategy, { approximate }), true)
    const { backupFile } = await world.record(job)
    expect(restored(backupFile ?? '')).toEqual(before.slice(0, saved))
    // By nodes, the first that stays may come before the last that was saved.
    expect(await contents(KEY)).toEqual(before.slice(job.counts.changed))
    expect(job.counts.changed).toBeLessThanOrEqual(saved)
    if (!approximate) expect(job.counts.changed).toBe(saved)
  })

  test('is the journal’s to tell of, and only when there is a file', async () => {
    await fill(direct, 10)
    const job = await world.run(await world.plan(maxlen(5)), false)
    expect(await world.record(job)).toMatchObject({ backupFile: null, undo: { possible: false } })
    expect(wholeFiles()).toEqual([])
  })
})

test('the file is whole, on the disk and under its own name before the first entry goes', async () => {
  await fill(direct, 5_000)
  const plan = await world.plan(maxlen(1_000), { limit: 500 })
  const handle = await open('/dev/null')
  const sync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'sync')
  await handle.close()
  const seen: { files: readonly string[]; lines: number; syncs: number }[] = []
  onCommand = (name) => {
    if (name !== 'XTRIM') return
    const files = readdirSync(folder)
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('')
    seen.push({ files, lines: text.split('\n').length - 1, syncs: sync.mock.results.length })
  }
  await world.run(plan, true)
  sync.mockRestore()
  expect(seen.length).toBeGreaterThan(8)
  const files = [expect.stringMatching(/^trim-\d{14}-[\w-]+\.jsonl$/) as string]
  // A line for the stream and one for each entry; a sync of the file and one of its folder.
  for (const each of seen) expect(each).toEqual({ files, lines: 4_001, syncs: 2 })
})

test('cancelled while saving, nothing goes and no file is left', async () => {
  await fill(direct, 20_000)
  const plan = await world.plan(maxlen(0))
  const before = await direct.dumpBuffer(KEY)
  const partial: string[] = []
  let trims = 0
  onCommand = (name) => {
    if (name === 'XTRIM') trims += 1
    if (name !== 'XRANGE' || !existsSync(folder) || partial.length > 0) return
    partial.push(...readdirSync(folder))
    void world.api.job.list().then((jobs) => {
      const job = jobs.find(({ state }) => state === 'running')
      return job && world.api.job.cancel({ jobId: job.id })
    })
  }
  const job = await world.run(plan, true)
  expect(job).toMatchObject({ state: 'cancelled', counts: { changed: 0, unknown: 0 } })
  expect(partial).toEqual([expect.stringMatching(/\.jsonl\.partial$/)])
  expect(readdirSync(folder)).toEqual([])
  expect(trims).toBe(0)
  expect(before.equals(await direct.dumpBuffer(KEY))).toBe(true)
  expect(await world.record(job)).toMatchObject({ state: 'cancelled', backupFile: null })
})

test('the connection is lost while saving: nothing goes and no file is left', async () => {
  await fill(direct, 20_000)
  const plan = await world.plan(maxlen(0))
  let reads = 0
  onCommand = (name) => {
    if (name === 'XRANGE' && existsSync(folder) && (reads += 1) === 5) world.proxy.cut()
  }
  const job = await world.run(plan, true)
  expect(job).toMatchObject({ state: 'interrupted', error: { code: 'UNREACHABLE' }, counts: { changed: 0 } })
  expect(readdirSync(folder)).toEqual([])
  expect(await direct.xlen(KEY)).toBe(20_000)
  await expect
    .poll(
      () =>
        world.plan(maxlen(0)).then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true)
})

describe('a disk that fails', () => {
  test('there is no folder for backups, and none can be made', async () => {
    await fill(direct, 100)
    writeFileSync(folder, 'a file where the folder would be')
    const job = await world.run(await world.plan(maxlen(10)), true)
    expect(job).toMatchObject({ state: 'failed', error: { code: 'STORAGE' }, counts: { changed: 0 } })
    expect(job.error).toEqual(telling('so nothing was trimmed'))
    expect(await direct.xlen(KEY)).toBe(100)
  })

  test('the folder may not be written to', async () => {
    await fill(direct, 100)
    mkdirSync(folder)
    chmodSync(folder, 0o500)
    const plan = await world.plan(maxlen(10))
    const job = await asNobody(world.dataDir, () => world.run(plan, true))
    expect(job).toMatchObject({ state: 'failed', error: { code: 'STORAGE' }, counts: { changed: 0 } })
    expect(await direct.xlen(KEY)).toBe(100)
  })

  const prlimit = findBinary('prlimit')
  describeUnless(prlimit === null ? 'there is no prlimit here' : null, 'it is full in the middle of it', () => {
    const limit = (bytes: number | 'unlimited') =>
      execFileSync(prlimit ?? '', ['--pid', String(process.pid), `--fsize=${bytes}:`])
    const ignore = () => undefined
    // A file that grows too large is a signal first, and an error only where that is taken.
    beforeAll(() => void process.on('SIGXFSZ', ignore))
    afterEach(() => void limit('unlimited'))
    afterAll(() => void process.off('SIGXFSZ', ignore))

    test.each([300_000, 3_000_000])('after %i bytes: nothing goes and no file is left', async (bytes) => {
      await fill(direct, 20_000, { bytes: 200 })
      const plan = await world.plan(maxlen(10))
      let trims = 0
      onCommand = (name) => {
        if (name === 'XTRIM') trims += 1
      }
      limit(bytes)
      const job = await world.run(plan, true)
      expect(job).toMatchObject({ state: 'failed', error: { code: 'STORAGE' }, counts: { changed: 0 } })
      expect([trims, await direct.xlen(KEY), readdirSync(folder)]).toEqual([0, 20_000, []])
      expect(await world.record(job)).toMatchObject({ backupFile: null })
    })
  })
})

test('after the backup is made and before it is used, the stream becomes another one: nothing goes', async () => {
  await fill(direct, 3_000)
  const plan = await world.plan(maxlen(100))
  let held = (): void => undefined
  const holding = new Promise<void>((resolve) => (held = resolve))
  onCommand = (name, args) => {
    // The first question after the file is whole.
    if (!asksForStreamInfo([name, ...args]) || wholeFiles().length === 0) return
    onCommand = () => undefined
    world.proxy.blackhole()
    held()
  }
  const job = await world.start(plan, true)
  await holding
  await direct.del(KEY)
  await fill(direct, 3_000, { bytes: 1 })
  world.proxy.resume()
  expect(await world.finished(job)).toMatchObject({ state: 'failed', error: { code: 'STALE_PLAN' } })
  expect(await idsOf(direct)).toHaveLength(3_000)
})
