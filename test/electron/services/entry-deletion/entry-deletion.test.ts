import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import type { DeletionPlan, EntrySelection } from '../../../../shared/model/deletion'
import type { Job } from '../../../../shared/model/job'
import { openAs } from '../recovery/limited-user'
import {
  counts,
  everything,
  GROUP,
  holdAt,
  idsFrom,
  KEY,
  named,
  onEveryServer,
  pendingOf,
  seed,
  type Sluice,
} from '../recovery/recovery-kit'

const ids = (some: readonly EntryId[]): EntrySelection => ({ kind: 'ids', ids: [...some] })
const range = (from: EntryId, to: EntryId): EntrySelection => ({ kind: 'range', from, to })
type Mode = DeletionPlan['references']

const plan = (sluice: Sluice, selection: EntrySelection, references: Mode = 'KEEPREF', key: Bytes = KEY) =>
  sluice.api.entry.planDelete({ connectionId: sluice.connectionId, key, selection, references })

const start = (sluice: Sluice, { id, key }: DeletionPlan, backup = true): Promise<Job> =>
  sluice.api.entry.delete({ connectionId: sluice.connectionId, key, planId: id, backup })

const run = async (sluice: Sluice, made: DeletionPlan, backup = true): Promise<Job> =>
  sluice.finished(await start(sluice, made, backup))

async function add(direct: Redis, some: readonly EntryId[], key: string | Buffer = KEY): Promise<void> {
  const pipeline = direct.pipeline()
  for (const id of some) pipeline.xadd(key, id, 'n', id)
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}

const left = async (direct: Redis): Promise<EntryId[]> => (await direct.xrange(KEY, '-', '+')).map(([id]) => id)

const backupDir = ({ dataDir }: Sluice): string => join(dataDir, 'backups')

function saved(sluice: Sluice): unknown[] {
  const folder = backupDir(sluice)
  if (!existsSync(folder)) return []
  const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
  return lines.map((line) => JSON.parse(line) as unknown)
}

async function hasModes(direct: Redis): Promise<boolean> {
  const [known] = (await direct.call('COMMAND', 'INFO', 'xdelex')) as [unknown]
  return known !== null
}
const deletion = async (direct: Redis): Promise<string> => ((await hasModes(direct)) ? 'XDELEX' : 'XDEL')

onEveryServer((world) => {
  describe('what a group would lose that nobody was shown stays', () => {
    const late: readonly (readonly [string, (direct: Redis) => Promise<unknown>])[] = [
      ['a group was made since', (direct) => direct.xgroup('CREATE', KEY, 'late', '0')],
      ['a group was set back since', (direct) => direct.xgroup('SETID', KEY, GROUP, '2-0')],
    ]

    test.each(late)('%s', async (_, happens) => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      const made = await plan(sluice, ids(idsFrom(1, 3)))
      await happens(direct)
      const problem = { code: 'plan.group-since' }
      await expect(start(sluice, made)).rejects.toMatchObject({ code: 'STALE_PLAN', data: { problem } })
      expect(await left(direct)).toEqual(idsFrom(1, 5))
      expect(await run(sluice, await plan(sluice, ids(idsFrom(1, 3))))).toMatchObject({ state: 'done' })
    })

    test('a group that read on since loses no more than was shown', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 5) } })
      await direct.xgroup('CREATE', KEY, 'other', '0')
      const made = await plan(sluice, ids(idsFrom(1, 3)))
      await direct.call('XREADGROUP', 'GROUP', 'other', 'bob', 'COUNT', 2, 'STREAMS', KEY, '>')
      expect(await run(sluice, made)).toMatchObject({ state: 'done', counts: { changed: 3 } })
    })
  })

  describe('a plan to delete entries', () => {
    test('says what is there, what is not, and which groups need it; and changes nothing', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      await add(direct, idsFrom(5, 3))
      await direct.xgroup('CREATE', KEY, 'mails', '2-0')
      await direct.xgroup('CREATE', KEY, 'done', '$')
      const before = await everything(direct)
      const made = await plan(sluice, ids(['6-0', '2-0', '99-0', '3-0', '2-0', '1-5']))
      expect(made).toMatchObject({ entries: 3, firstId: '2-0', lastId: '6-0', notFound: ['1-5', '99-0'] })
      const exact = (value: number) => ({ value, certainty: 'exact' })
      expect(made.groups).toEqual([
        { name: GROUP, pending: exact(2), unread: exact(1) },
        { name: 'mails', pending: exact(0), unread: exact(2) },
      ])
      expect(made.commands[0]).toMatch(/^XDEL.* 2-0 3-0 6-0$/)
      expect(await everything(direct)).toEqual(before)
    })

    test('of a range takes both ends, and nothing that comes later', async () => {
      const { direct, sluice } = world
      await add(direct, idsFrom(1, 6))
      const made = await plan(sluice, range('3-0', '7-0'))
      expect(made).toMatchObject({ entries: 4, firstId: '3-0', lastId: '6-0', notFound: [] })
      await add(direct, ['7-0'])
      expect(await run(sluice, made)).toMatchObject({ state: 'done', counts: counts({ changed: 4 }) })
      expect(await left(direct)).toEqual(['1-0', '2-0', '7-0'])
    })

    test('is refused for a range that ends before it begins, for no ids, and for bad ones', async () => {
      const { direct, sluice } = world
      await add(direct, idsFrom(1, 3))
      for (const bad of [range('9-0', '3-0'), ids([]), ids(['one'])]) {
        await expect(plan(sluice, bad)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      }
    })

    test('is refused for a stream that is not there, and for a key that is no stream', async () => {
      const { direct, sluice } = world
      await expect(plan(sluice, ids(['1-0']))).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream' } })
      await direct.set(KEY, 'text')
      await expect(plan(sluice, ids(['1-0']))).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE' } })
    })

    test('in a mode that this server lacks is refused with the reason', async () => {
      const { direct, sluice } = world
      await add(direct, ['1-0'])
      const has = await hasModes(direct)
      const asked = plan(sluice, ids(['1-0']), 'ACKED')
      if (has) expect(await asked).toMatchObject({ references: 'ACKED', entries: 1 })
      else await expect(asked).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { feature: 'xdelex' } })
    })

    test('is refused where the user may not delete', async () => {
      const { direct } = world
      await add(direct, ['1-0'])
      const limited = await openAs(world, '-xdel', ...((await hasModes(direct)) ? ['-xdelex'] : []))
      await expect(plan(limited, ids(['1-0']))).rejects.toMatchObject({ code: 'UNSUPPORTED' })
      await limited.stop()
    })
  })

  describe('deleting', () => {
    test('saves every entry before it goes, in commands of 500 at most', async () => {
      const { direct, proxy, sluice } = world
      const sent: (readonly string[])[] = []
      const command = await deletion(direct)
      void proxy.fault((args) => args[0] === command && sent.push(args) < 0, { kind: 'delay', ms: 0 })
      await add(direct, idsFrom(1, 1_205))
      const job = await run(sluice, await plan(sluice, range('1-0', '1201-0')))
      expect(job).toMatchObject({ kind: 'delete', state: 'done', done: 1_201, undoable: false, group: null })
      expect(job.counts).toEqual(counts({ changed: 1_201 }))
      expect(await left(direct)).toEqual(idsFrom(1_202, 4))
      for (const args of sent) expect(args.length).toBeLessThanOrEqual(505)
      const [head, ...entries] = saved(sluice)
      expect(head).toMatchObject({ stream: KEY })
      expect(entries).toEqual(idsFrom(1, 1_201).map((id) => ({ id, fields: [['n', id]] })))
      const { records } = await sluice.api.journal.list({ count: 1 })
      expect(records[0]).toMatchObject({ action: 'delete', state: 'done', undo: { possible: false } })
      expect(readdirSync(backupDir(sluice)).map((name) => join(backupDir(sluice), name))).toEqual([
        records[0]?.backupFile,
      ])
    })

    test('keeps large entries apart in the backup, and bytes as they are', async () => {
      const { direct, sluice } = world
      const key = Buffer.from([0xff, 0xfe])
      for (const id of idsFrom(1, 4)) await direct.xadd(key, id, Buffer.from([0xfd]), Buffer.alloc(600_000, 7))
      const name = { base64: key.toString('base64') }
      const made = await plan(sluice, range('1-0', '4-0'), 'KEEPREF', name)
      expect(await run(sluice, made)).toMatchObject({ counts: counts({ changed: 4 }) })
      expect(await direct.xrange(key, '-', '+')).toEqual([])
      const [head, ...entries] = saved(sluice) as { stream?: Bytes; fields: [Bytes, Bytes][] }[]
      expect([head?.stream, entries.length, entries[3]?.fields[0]?.[0]]).toEqual([name, 4, { base64: '/Q==' }])
    })

    test('without a backup writes no file', async () => {
      const { direct, sluice } = world
      await add(direct, idsFrom(1, 3))
      expect(await run(sluice, await plan(sluice, ids(['2-0'])), false)).toMatchObject({
        counts: counts({ changed: 1 }),
      })
      expect([await left(direct), saved(sluice)]).toEqual([['1-0', '3-0'], []])
    })

    test('leaves pending entries dangling, takes them along, or keeps what is needed, as asked', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 6) } })
      await run(sluice, await plan(sluice, ids(['1-0'])))
      expect((await pendingOf(direct)).map(([id]) => id)).toContain('1-0')
      if (!(await hasModes(direct))) return
      await run(sluice, await plan(sluice, ids(['2-0']), 'DELREF'))
      expect((await pendingOf(direct)).map(([id]) => id)).not.toContain('2-0')
      await direct.xack(KEY, GROUP, '3-0')
      const job = await run(sluice, await plan(sluice, ids(['3-0', '4-0']), 'ACKED'))
      expect(job).toMatchObject({ done: 2, counts: counts({ changed: 1 }), failures: [{ id: '4-0' }] })
      expect(await left(direct)).toEqual(['4-0', '5-0', '6-0'])
    })

    test.each([true, false])('counts what went meanwhile as gone (with a backup: %s)', async (backup) => {
      const { direct, sluice } = world
      await add(direct, idsFrom(1, 4))
      const made = await plan(sluice, range('1-0', '4-0'))
      await direct.xdel(KEY, '2-0')
      expect(await run(sluice, made, backup)).toMatchObject({ state: 'done', counts: counts({ changed: 3, gone: 1 }) })
    })

    test('leaves what was not saved, though it is back by then', async () => {
      const { direct, proxy, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 4) } })
      const made = await plan(sluice, range('1-0', '4-0'))
      const dump = await direct.dumpBuffer(KEY)
      await direct.xdel(KEY, '2-0')
      // Looked at when it starts, and once all that is there is saved.
      const reached = holdAt(proxy, ([name, what]) => name === 'XINFO' && what === 'GROUPS', 2)
      const running = await start(sluice, made)
      await reached
      await direct.restore(KEY, 0, dump ?? '', 'REPLACE')
      proxy.resume()
      expect(await sluice.finished(running)).toMatchObject({ counts: counts({ changed: 3, gone: 1 }) })
      expect(await left(direct)).toEqual(['2-0'])
    })

    test('of nothing that is there sends nothing', async () => {
      const { direct, sluice } = world
      await add(direct, ['1-0'])
      expect(await run(sluice, await plan(sluice, ids(['5-0'])))).toMatchObject({ state: 'done', total: 0 })
      expect([await left(direct), saved(sluice)]).toEqual([['1-0'], []])
    })
  })

  describe('nothing is deleted', () => {
    test('by a plan that was run, of another stream, or of one that was made anew', async () => {
      const { direct, sluice } = world
      await add(direct, idsFrom(1, 3))
      const stale = { code: 'STALE_PLAN' }
      const once = await plan(sluice, ids(['1-0']))
      await run(sluice, once)
      await expect(start(sluice, once)).rejects.toMatchObject(stale)
      await expect(start(sluice, { ...(await plan(sluice, ids(['2-0']))), key: 'other' })).rejects.toMatchObject(stale)
      const made = await plan(sluice, ids(['2-0', '3-0']))
      await direct.del(KEY)
      for (const id of ['2-0', '3-0']) await direct.xadd(KEY, id, 'other', 'content')
      await expect(start(sluice, made)).rejects.toMatchObject(stale)
      expect(await left(direct)).toEqual(['2-0', '3-0'])
    })

    test('where the backup can’t be written', async () => {
      const { direct, sluice } = world
      await add(direct, idsFrom(1, 3))
      writeFileSync(backupDir(sluice), 'a file where the folder belongs')
      const job = await run(sluice, await plan(sluice, range('1-0', '3-0')))
      expect(job).toMatchObject({ state: 'failed', error: { code: 'STORAGE' }, counts: counts({}) })
      expect(await left(direct)).toHaveLength(3)
      rmSync(backupDir(sluice))
    })

    test('after it was cancelled, beyond the batch in flight', async () => {
      const { direct, proxy, sluice } = world
      await add(direct, idsFrom(1, 1_200))
      const made = await plan(sluice, range('1-0', '1200-0'))
      const reached = holdAt(proxy, named(await deletion(direct)))
      const running = await start(sluice, made, false)
      await reached
      await sluice.api.job.cancel({ jobId: running.id })
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'cancelled', done: 500, counts: counts({ changed: 500 }) })
      expect(await left(direct)).toEqual(idsFrom(501, 700))
    })
  })

  describe('a connection that is cut', () => {
    test.each(['cut-before-reply', 'cut-before-forward'] as const)(
      '(%s) in the second command is read back, and nothing is sent again',
      async (kind) => {
        const { direct, proxy, sluice } = world
        await add(direct, idsFrom(1, 1_200))
        const command = await deletion(direct)
        const made = await plan(sluice, range('1-0', '1200-0'))
        let sent = 0
        let all = 0
        void proxy.fault(([name, key]) => name === command && key === KEY && ++all < 0, { kind: 'delay', ms: 0 })
        void proxy.fault(([name, key]) => name === command && key === KEY && ++sent === 2, { kind })
        const job = await run(sluice, made, false)
        const went = kind === 'cut-before-reply' ? 1_000 : 500
        expect(job).toMatchObject({ state: 'interrupted', done: 1_000 })
        expect(job.counts).toEqual(counts({ changed: went, leftAlone: 1_000 - went }))
        expect(all).toBe(2)
        expect(await left(direct)).toEqual(idsFrom(went + 1, 1_200 - went))
      },
    )

    test('counts as unknown what nobody can tell, the stream being gone as well', async () => {
      const { direct, proxy, sluice } = world
      await add(direct, idsFrom(1, 3))
      const made = await plan(sluice, range('1-0', '3-0'))
      const reached = holdAt(proxy, named(await deletion(direct)))
      const running = await start(sluice, made)
      await reached
      await expect.poll(() => left(direct), { timeout: 30_000 }).toEqual([])
      await direct.del(KEY)
      proxy.cut()
      proxy.resume()
      const job = await sluice.finished(running)
      expect(job).toMatchObject({ state: 'interrupted', counts: counts({ unknown: 3 }) })
      expect(saved(sluice)).toHaveLength(4)
    })
  })
})
