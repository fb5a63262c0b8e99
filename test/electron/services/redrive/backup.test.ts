import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Backup } from '../../../../shared/model/restore'
import { availableServers } from '../../../helpers/available-servers'
import { describeUnless } from '../../../helpers/describe-unless'
import { findBinary } from '../../../helpers/find-binary'
import { saying, telling } from '../../../helpers/saying'
import { openAs } from '../recovery/limited-user'
import { counts, holdAt, idsFrom, KEY, onEveryServer, walked, type Sluice } from '../recovery/recovery-kit'
import { addCopies, planCopies, planRebuild, startCopies } from '../restore/restore-kit'
import {
  bury,
  copiesIn,
  DEAD,
  deadIdOf,
  expectNothingLost,
  idsOf,
  plan,
  recordOf,
  redrive,
  redrivenIn,
  run,
  start,
  whenBack,
} from './redrive-kit'

const letters = (count: number) => idsFrom(1, count).map((id) => ({ id }))
const isRedrive = ([name, , keys]: readonly string[]): boolean => name === 'EVAL' && keys === '2'
const isDeletion = ([name, key]: readonly string[]): boolean => name === 'XDEL' && key === DEAD

/** The one there is, as it is listed. */
async function saved({ api }: Sluice): Promise<Backup> {
  const { backups } = await api.restore.backups()
  expect(backups).toHaveLength(1)
  const [backup] = backups
  if (!backup) throw new Error('there is no backup')
  return backup
}

const textOf = ({ dataDir }: Pick<Sluice, 'dataDir'>): string => {
  const folder = join(dataDir, 'backups')
  if (!existsSync(folder)) return ''
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('')
}
const fate = (went: number, stayed: number, unsure = 0) => ({ entries: went + unsure, unsure, stayed, damaged: 0 })

onEveryServer((world) => {
  beforeEach(async () => {
    await world.direct.xadd(KEY, '1-0', 'n', 'first')
  })

  test('what goes is saved as it was, listed, and named by the journal', async () => {
    const { direct, sluice } = world
    await bury(direct, letters(70))
    await direct.xadd(DEAD, '100-0', 'twice', '1', 'twice', Buffer.from([0xff, 0]))
    const before = await direct.call('XRANGE', [DEAD, '-', '+'])
    const job = await redrive(sluice, { strays: KEY })
    expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 71 }) })
    const backup = await saved(sluice)
    expect(backup).toMatchObject({ kind: 'redrive', stream: DEAD, partial: false, contents: fate(71, 0) })
    expect(await recordOf(sluice, job)).toMatchObject({
      backupFile: backup.path,
      undo: { possible: false, note: saying('and the backup each entry as it was') },
    })
    await direct.del(KEY)
    await addCopies(sluice, backup.file, { key: 'again', provenance: false })
    const again = (await direct.call('XRANGE', ['again', '-', '+'])) as [string, unknown][]
    expect(again.map(([, fields]) => fields)).toEqual((before as [string, unknown][]).map(([, fields]) => fields))
  })

  test('what an application drops by its own rule can be had back, and redriven anew', async () => {
    const { direct, sluice } = world
    for (const n of [1, 2, 3]) await direct.xadd(DEAD, `${n}-0`, 'order', n)
    await bury(direct, [{ id: '4-0' }])
    await redrive(sluice, { strays: KEY })
    // Which has no place for what it does not know.
    await direct.xtrim(KEY, 'MAXLEN', 0)
    const { file } = await saved(sluice)
    expect(await addCopies(sluice, file, { key: DEAD })).toMatchObject({
      state: 'done',
      counts: counts({ changed: 4 }),
    })
    // The fields of a restore hide nothing of where it comes from.
    expect(await plan(sluice)).toMatchObject({ entries: 4, goes: 1, unmarked: { entries: 3, goes: 0 } })
    await redrive(sluice)
    expect((await copiesIn(direct, KEY)).map(({ fields }) => fields[0])).toEqual([['n', '4-0']])
  })

  describe('restored', () => {
    const moved = async (count: number): Promise<string> => {
      await bury(world.direct, letters(count))
      await redrive(world.sluice)
      return (await saved(world.sluice)).file
    }
    const copyOf = async (id: string): Promise<string> =>
      (await copiesIn(world.direct, KEY)).find((copy) => deadIdOf(copy) === id)?.id ?? ''

    test('what is still where it went is not added once more', async () => {
      const { direct, sluice } = world
      const file = await moved(5)
      expect(await planCopies(sluice, file, { key: DEAD })).toMatchObject({ entries: 0, there: 0, stillCopied: 5 })
      await direct.xdel(KEY, await copyOf('2-0'), await copyOf('4-0'))
      const made = await planCopies(sluice, file, { key: DEAD })
      expect(made).toMatchObject({ entries: 2, stillCopied: 3, firstId: '2-0', lastId: '4-0' })
      const job = await sluice.finished(await startCopies(sluice, made))
      expect(job).toMatchObject({ state: 'done', done: 5, total: 5, counts: counts({ changed: 2, leftAlone: 3 }) })
      expect((await copiesIn(direct, DEAD)).map(({ fields }) => fields[0])).toEqual([
        ['n', '2-0'],
        ['n', '4-0'],
      ])
    })

    test('but it is where it is named, or asked for', async () => {
      const { sluice } = world
      const { api, connectionId } = sluice
      const file = await moved(3)
      expect(await planCopies(sluice, file, { key: DEAD, ids: ['2-0'] })).toMatchObject({ entries: 1 })
      const asked = { connectionId, key: DEAD, file, ids: null, provenance: true, copied: true }
      const { ready } = await walked(api.restore.planCopies(asked))
      expect(ready.plan).toMatchObject({ entries: 3 })
      expect(ready.plan.stillCopied).toBeUndefined()
    })

    test('where a copy is another entry by now, or its stream is none, it is not taken for there', async () => {
      const { direct, sluice } = world
      const file = await moved(2)
      const id = await copyOf('1-0')
      await direct.del(KEY)
      await direct.xadd(KEY, id, 'n', 'another', 'sluice:dead-id', '7-0')
      expect(await planCopies(sluice, file, { key: DEAD })).toMatchObject({ entries: 2 })
      await direct.del(KEY)
      await direct.set(KEY, 'text')
      expect(await planCopies(sluice, file, { key: DEAD })).toMatchObject({ entries: 2 })
    })

    test('into a new key it is warned of', async () => {
      const { sluice } = world
      const file = await moved(2)
      expect((await planRebuild(sluice, file, { target: 'dead again' })).warnings).toContain('redriven')
    })

    test('where the journal has it no more, all that went is offered', async () => {
      const { sluice } = world
      const file = await moved(2)
      const folder = join(sluice.dataDir, 'backups')
      const other = `redrive-${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}.jsonl`
      renameSync(join(folder, file), join(folder, other))
      expect(await planCopies(sluice, other, { key: DEAD })).toMatchObject({
        ...{ entries: 2, unsure: 2, copiesUntold: 2 },
      })
    })

    test('where the copies may not be read, it says that they may be there twice', async () => {
      const { direct, sluice } = world
      const file = await moved(3)
      await direct.call('ACL', 'SETUSER', 'default', 'resetkeys', `~${DEAD}`, `%W~${KEY}`)
      try {
        const made = await planCopies(sluice, file, { key: DEAD })
        expect(made).toMatchObject({ entries: 3, copiesUntold: 3 })
        expect(made.stillCopied).toBeUndefined()
      } finally {
        await direct.call('ACL', 'SETUSER', 'default', '~*')
      }
    })
  })

  test('told not to, it saves nothing', async () => {
    const { direct, sluice } = world
    await bury(direct, letters(3))
    const { id: planId } = await plan(sluice)
    const { connectionId } = sluice
    const order = { connectionId, key: DEAD, planId, perSecond: null, backup: false }
    const job = await sluice.finished(await sluice.api.redrive.run(order))
    expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
    expect(textOf(sluice)).toBe('')
    expect(await recordOf(sluice, job)).toMatchObject({ backupFile: null })
  })

  test.each([true, false])(
    'nothing is sent to be deleted that is not on the disk (by a script: %s)',
    async (byScript) => {
      const { direct, proxy, sluice } = world
      const own = byScript ? null : await openAs(world, '-eval')
      const to = own ?? sluice
      await bury(direct, letters(60))
      const made = await plan(to)
      const missing: string[] = []
      let seen = 0
      const look = (args: readonly string[]): boolean => {
        if (byScript ? !isRedrive(args) : !isDeletion(args)) return false
        seen += 1
        const text = textOf(to)
        const ids = byScript ? args.filter((arg) => /^\d+-0$/.test(arg) && arg !== '1-0') : args.slice(2)
        missing.push(...ids.filter((id) => !text.includes(`{"id":"${id}"`)))
        return false
      }
      void proxy.fault(look, { kind: 'delay', ms: 0 })
      expect(await run(to, made)).toMatchObject({ state: 'done', counts: counts({ changed: 60 }) })
      expect(seen).toBeGreaterThan(1)
      expect(missing).toEqual([])
      await own?.stop()
    },
  )

  test('a backup that can’t be written: nothing is copied, and nothing deleted', async () => {
    const { direct, sluice } = world
    await bury(direct, letters(10))
    writeFileSync(join(sluice.dataDir, 'backups'), 'a file where the folder would be')
    const job = await redrive(sluice)
    expect(job).toMatchObject({ state: 'failed', error: { code: 'STORAGE' }, counts: counts({}) })
    expect(job.error).toEqual(telling('so no more was deleted'))
    expect([await redrivenIn(direct), await idsOf(direct, DEAD)]).toEqual([[], idsFrom(1, 10)])
    expect(await recordOf(sluice, job)).toMatchObject({ backupFile: null })
  })

  test('cancelled after some: the backup has what went, and says that the rest stayed', async () => {
    const { direct, proxy, sluice } = world
    await bury(direct, letters(200))
    const made = await plan(sluice)
    const held = holdAt(proxy, isRedrive, 2)
    const job = await start(sluice, made)
    await held
    await sluice.api.job.cancel({ jobId: job.id })
    proxy.resume()
    const ended = await sluice.finished(job)
    expect(ended).toMatchObject({ state: 'cancelled', counts: { unknown: 0 } })
    const left = await idsOf(direct, DEAD)
    expect(ended.counts.changed).toBe(200 - left.length)
    expect(left.length).toBeGreaterThan(0)
    const { contents } = await saved(sluice)
    expect(contents).toMatchObject({ entries: ended.counts.changed, unsure: 0 })
    await expectNothingLost(direct, idsFrom(1, 200))
  })

  test('what somebody else took meanwhile is not said to have gone by it', async () => {
    const { direct, proxy, sluice } = world
    await bury(direct, letters(4))
    const made = await plan(sluice)
    const held = holdAt(proxy, ([name]) => name === 'TIME')
    const job = await start(sluice, made)
    await held
    await direct.xdel(DEAD, '2-0')
    proxy.resume()
    expect(await sluice.finished(job)).toMatchObject({ state: 'done', counts: counts({ changed: 3, gone: 1 }) })
    expect((await saved(sluice)).contents).toMatchObject(fate(3, 1))
  })

  test.each([
    ['that was carried out', 'cut-before-reply', fate(20, 0)],
    ['that never arrived', 'cut-before-forward', fate(4, 16)],
  ] as const)('a lost reply to a command %s is read back, for the backup too', async (_, kind, contents) => {
    const { direct, proxy, sluice } = world
    await bury(direct, letters(40))
    const made = await plan(sluice)
    let sent = 0
    // Its pages are small at first: of 4 and of 16.
    void proxy.fault((args) => isRedrive(args) && ++sent === 2, { kind })
    expect(await run(sluice, made)).toMatchObject({ state: 'interrupted', counts: { unknown: 0 } })
    await whenBack(sluice)
    expect((await saved(sluice)).contents).toMatchObject(contents)
    await expectNothingLost(direct, idsFrom(1, 40))
  })

  test('a lost reply that can’t be read back leaves its part unsure', async () => {
    const { direct, proxy, sluice } = world
    await bury(direct, letters(40))
    const made = await plan(sluice)
    let sent = 0
    const struck = proxy
      .fault((args) => isRedrive(args) && ++sent === 2, { kind: 'cut-before-reply' })
      .then(() => proxy.refuse())
    const job = await start(sluice, made)
    await struck
    await sluice.api.job.cancel({ jobId: job.id })
    expect(await sluice.finished(job)).toMatchObject({ counts: counts({ changed: 4, unknown: 16 }) })
    expect((await saved(sluice)).contents).toMatchObject(fate(4, 0, 16))
    proxy.accept()
  })

  test('what was copied and may not be deleted stayed, for the backup', async () => {
    const { direct, proxy } = world
    const limited = await openAs(world)
    await bury(direct, letters(10))
    const made = await plan(limited)
    const held = holdAt(proxy, isRedrive)
    const job = await start(limited, made)
    await held
    await expect.poll(() => idsOf(direct, DEAD)).toHaveLength(6)
    await direct.call('ACL', 'SETUSER', 'limited', '-xdel')
    proxy.resume()
    expect(await limited.finished(job)).toMatchObject({ state: 'failed', counts: counts({ changed: 4, unknown: 1 }) })
    expect((await saved(limited)).contents).toMatchObject(fate(4, 6))
    await limited.stop()
  })

  describe('the plan', () => {
    test('counts what was not dead-lettered by Sluice, and names who reads the stream', async () => {
      const { direct, sluice } = world
      await bury(direct, letters(2))
      for (const id of ['3-0', '4-0', '5-0']) await direct.xadd(DEAD, id, 'n', id)
      await direct.xgroup('CREATE', DEAD, 'sweepers', '$')
      const unmarked = { entries: 3, readers: ['sweepers'], moreReaders: 0 }
      expect(await plan(sluice)).toMatchObject({ entries: 5, goes: 2, unmarked: { ...unmarked, goes: 0 } })
      expect(await plan(sluice, { strays: KEY })).toMatchObject({ goes: 5, unmarked: { ...unmarked, goes: 3 } })
      // Where it can't go, it stays.
      expect(await plan(sluice, { strays: 'not there' })).toMatchObject({ goes: 2, unmarked: { ...unmarked, goes: 0 } })
    })

    test('has nothing to warn of where all of it says where it comes from, whoever reads it', async () => {
      const { direct, sluice } = world
      await bury(direct, letters(2))
      await direct.xgroup('CREATE', DEAD, 'sweepers', '0')
      expect((await plan(sluice)).unmarked).toBeUndefined()
    })

    test('looks at what is selected only, and names 200 readers at most', async () => {
      const { direct, sluice } = world
      await bury(direct, letters(2))
      await direct.xadd(DEAD, '3-0', 'n', '3')
      for (let n = 0; n < 203; n += 1) await direct.xgroup('CREATE', DEAD, `g${n}`, '$')
      expect((await plan(sluice, { selection: { kind: 'ids', ids: ['1-0'] } })).unmarked).toBeUndefined()
      const { unmarked } = await plan(sluice)
      expect([unmarked?.readers.length, unmarked?.moreReaders]).toEqual([200, 3])
    })
  })
})

const prlimit = findBinary('prlimit')
onEveryServer(
  (world) => {
    describeUnless(prlimit === null ? 'there is no prlimit here' : null, 'a disk that is full in the middle', () => {
      const limit = (bytes: number | 'unlimited') =>
        execFileSync(prlimit ?? '', ['--pid', String(process.pid), `--fsize=${bytes}:`])
      const ignore = () => undefined
      // A file that grows too large is a signal first, and an error only where that is taken.
      beforeAll(() => void process.on('SIGXFSZ', ignore))
      afterEach(() => void limit('unlimited'))
      afterAll(() => void process.off('SIGXFSZ', ignore))

      test.each([true, false])('what went is in the backup, whole (by a script: %s)', async (byScript) => {
        const { direct, sluice } = world
        const own = byScript ? null : await openAs(world, '-eval')
        const to = own ?? sluice
        await direct.xadd(KEY, '1-0', 'n', 'first')
        await bury(
          direct,
          idsFrom(1, 300).map((id) => ({ id, own: ['n', id, 'body', 'x'.repeat(3_000)] })),
        )
        const made = await plan(to)
        limit(300_000)
        const job = await run(to, made)
        limit('unlimited')
        expect(job).toMatchObject({ state: 'failed', error: { code: 'STORAGE' }, counts: { unknown: 0 } })
        await expectNothingLost(direct, idsFrom(1, 300))
        const left = new Set(await idsOf(direct, DEAD))
        const gone = idsFrom(1, 300).filter((id) => !left.has(id))
        expect(gone.length).toBe(job.counts.changed)
        expect(gone.length).toBeGreaterThan(0)
        const text = textOf(to)
        expect(gone.filter((id) => !text.includes(`{"id":"${id}"`))).toEqual([])
        expect((await saved(to)).contents).toMatchObject({ entries: gone.length, unsure: 0 })
        await own?.stop()
      })
    })
  },
  {},
  availableServers().slice(0, 1),
)
