import { appendFileSync, cpSync, rmSync, statSync, truncateSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openAs } from '../recovery/limited-user'
import { counts, everything, executed, holdAt, idsFrom, named } from '../recovery/recovery-kit'
import { useOneServer } from './one-server'
import { addCopies, backupPaths, deleteIds, KEY, planCopies, restartAsKilled, startCopies, trimTo } from './restore-kit'

const world = useOneServer()

async function add(ids: readonly string[], key: string | Buffer = KEY): Promise<void> {
  const pipeline = world.direct.pipeline()
  for (const id of ids) pipeline.xadd(key, id, 'n', id)
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}

/** The first values of all entries, in order; Sluice's own fields follow the entry's. */
const values = async (key: string = KEY) => (await world.direct.xrange(key, '-', '+')).map(([, fields]) => fields[1])
const fields = async (key: string = KEY) => (await world.direct.xrange(key, '-', '+')).map(([, each]) => each)
const record = async (recordId: string) =>
  (await world.sluice.api.journal.list({ count: 50 })).records.find(({ id }) => id === recordId)

describe('a plan to restore as new entries', () => {
  test('says how many, and which groups will be given them; and changes nothing', async () => {
    await add(idsFrom(1, 8))
    await world.direct.xgroup('CREATE', KEY, 'billing', '$')
    const file = await trimTo(world.sluice, 3)
    const before = await everything(world.direct)
    const plan = await planCopies(world.sluice, file)
    expect(plan).toMatchObject({
      ...{ key: KEY, entries: 5, firstId: '1-0', lastId: '5-0', damaged: 0, notFound: 0, creates: false },
      ...{ groups: ['billing'], undo: { possible: true }, bytes: 20 },
    })
    expect(plan.commands[0]).toBe('XADD orders * n 1-0')
    expect(await everything(world.direct)).toEqual(before)
  })

  test('brings back entries of many fields whole', async () => {
    const widths = [3_493, 3_494, 10_000]
    const wide = (count: number) => Array.from({ length: count }, (_, at) => [`f${at}`, 'x']).flat()
    for (const [at, count] of widths.entries()) await world.direct.xadd(KEY, `${at + 1}-0`, ...wide(count))
    await add(['9-0'])
    const file = await deleteIds(world.sluice, idsFrom(1, 3))
    expect(await addCopies(world.sluice, file)).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
    const copies = (await fields()).slice(1)
    expect(copies.map((each) => each.findIndex((part) => part.startsWith('sluice:')) / 2)).toEqual(widths)
  })

  test('of chosen ids counts those that the backup has', async () => {
    await add(idsFrom(1, 8))
    const file = await trimTo(world.sluice, 3)
    const plan = await planCopies(world.sluice, file, { ids: ['2-0', '4-0', '7-0', '9-9'] })
    expect(plan).toMatchObject({ entries: 2, firstId: '2-0', lastId: '4-0', notFound: 2 })
  })

  test('into a stream that is not there says that it will be made', async () => {
    await add(idsFrom(1, 3))
    const file = await deleteIds(world.sluice, ['2-0'])
    expect(await planCopies(world.sluice, file, { key: 'new' })).toMatchObject({ creates: true, groups: [] })
    expect(await world.direct.exists('new')).toBe(0)
  })

  test('is refused for a key that is no stream, a name that is no backup, and one that is not there', async () => {
    await add(idsFrom(1, 3))
    const file = await deleteIds(world.sluice, ['2-0'])
    await world.direct.set('text', 'x')
    const bad = { code: 'BAD_INPUT' }
    await expect(planCopies(world.sluice, file, { key: 'text' })).rejects.toMatchObject(bad)
    await expect(planCopies(world.sluice, '../settings.json')).rejects.toMatchObject(bad)
    const gone = file.replace(/[0-9a-f]{4}\.jsonl$/, '0000.jsonl')
    await expect(planCopies(world.sluice, gone)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'backup' } })
  })

  test('is refused where the user may not add', async () => {
    await add(idsFrom(1, 3))
    await deleteIds(world.sluice, ['2-0'])
    const limited = await openAs(world, '-xadd')
    await expect(planCopies(limited, `delete-${crypto.randomUUID()}.jsonl`)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      data: { feature: 'xadd' },
    })
    await limited.stop()
  })
})

describe('restoring as new entries', () => {
  test('adds them at the end, in their order, in transactions of 100, and says where each is from', async () => {
    await add(idsFrom(1, 250))
    const file = await trimTo(world.sluice, 10)
    const sofar = world.proxy.commands.length
    const job = await addCopies(world.sluice, file)
    expect(job).toMatchObject({ kind: 'restore entries', state: 'done', done: 240, total: 240, undoable: true })
    expect(job.counts).toEqual(counts({ changed: 240 }))
    expect(await values()).toEqual([...idsFrom(241, 10), ...idsFrom(1, 240)])
    const last = (await fields()).at(-1)
    expect(last).toEqual(['n', '240-0', 'sluice:restored', job.recordId, 'sluice:restored-id', '240-0'])
    // The first two try out whether there is one.
    expect(world.proxy.commands.slice(sofar).filter((name) => name === 'EXEC')).toHaveLength(2 + 3)
    expect(await record(job.recordId)).toMatchObject({ action: 'restore entries', undo: { possible: true } })
  })

  test('without provenance adds exactly what was saved, whatever bytes it is', async () => {
    const odd = Buffer.from([0xff, 0x0a, 0x00])
    await world.direct.xadd(odd, '1-0', odd, odd, odd, 'twice')
    await world.direct.xadd(odd, '2-0', 'n', '2')
    const key = { base64: odd.toString('base64') }
    const file = await deleteIds(world.sluice, ['1-0'], key)
    await addCopies(world.sluice, file, { key, provenance: false })
    const [, restored] = await world.direct.xrangeBuffer(odd, '-', '+')
    expect(restored?.[1]).toEqual([odd, odd, odd, Buffer.from('twice')])
  })

  test('adds the chosen ones only, to another stream', async () => {
    await add(idsFrom(1, 8))
    const file = await trimTo(world.sluice, 3)
    const job = await addCopies(world.sluice, file, { key: 'elsewhere', ids: ['4-0', '2-0'] })
    expect(job).toMatchObject({ counts: counts({ changed: 2 }), key: 'elsewhere' })
    expect([await values('elsewhere'), await values()]).toEqual([['2-0', '4-0'], idsFrom(6, 3)])
  })

  test('adds what can be read of a damaged backup', async () => {
    await add(idsFrom(1, 5))
    const file = await trimTo(world.sluice, 1)
    const [path = ''] = backupPaths(world.sluice)
    truncateSync(path, statSync(path).size - 3)
    expect(await planCopies(world.sluice, file)).toMatchObject({ entries: 3, damaged: 1 })
    expect(await addCopies(world.sluice, file)).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
  })

  test('without MULTI adds them one by one', async () => {
    await add(idsFrom(1, 5))
    const file = await trimTo(world.sluice, 1)
    const limited = await openAs(world, '-multi')
    cpSync(`${world.sluice.dataDir}/backups`, `${limited.dataDir}/backups`, { recursive: true })
    const job = await addCopies(limited, file)
    expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 4 }) })
    expect(await values()).toEqual(['5-0', ...idsFrom(1, 4)])
    await limited.stop()
  })
})

describe('nothing is added', () => {
  test('by a plan that was run, of another stream, or where the stream went or came since', async () => {
    await add(idsFrom(1, 5))
    const file = await trimTo(world.sluice, 3)
    const once = await planCopies(world.sluice, file)
    await world.sluice.finished(await startCopies(world.sluice, once))
    const stale = { code: 'STALE_PLAN' }
    await expect(startCopies(world.sluice, once)).rejects.toMatchObject(stale)
    const another = await planCopies(world.sluice, file)
    await expect(startCopies(world.sluice, { ...another, key: 'other' })).rejects.toMatchObject(stale)
    await world.direct.del(KEY)
    await expect(startCopies(world.sluice, another)).rejects.toMatchObject(stale)
    expect(await world.direct.exists(KEY, 'other')).toBe(0)
  })

  test('when the backup was written to, or vanished, since it was looked at', async () => {
    await add(idsFrom(1, 5))
    const file = await trimTo(world.sluice, 3)
    const [path = ''] = backupPaths(world.sluice)
    const plan = await planCopies(world.sluice, file)
    appendFileSync(path, '{"id":"9-0","fields":[["n","9"]]}\n')
    await expect(startCopies(world.sluice, plan)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    const again = await planCopies(world.sluice, file)
    rmSync(path)
    await expect(startCopies(world.sluice, again)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { name: file } })
    expect(await values()).toEqual(idsFrom(3, 3))
  })

  test('beyond what went before, when memory is full', async () => {
    await add(idsFrom(1, 205))
    const file = await trimTo(world.sluice, 5)
    const plan = await planCopies(world.sluice, file)
    const reached = holdAt(world.proxy, named('EXEC'), 3)
    const running = await startCopies(world.sluice, plan)
    await reached
    await executed(world.direct, 'xadd', 205 + 100)
    await world.direct.config('SET', 'maxmemory', '1')
    world.proxy.resume()
    const job = await world.sluice.finished(running)
    await world.direct.config('SET', 'maxmemory', '0')
    expect(job).toMatchObject({ state: 'failed', error: { code: 'REDIS', data: { prefix: 'OOM' } } })
    expect([job.counts, await world.direct.xlen(KEY)]).toEqual([counts({ changed: 100 }), 105])
  })

  test('beyond the batch in flight, when it was cancelled', async () => {
    await add(idsFrom(1, 305))
    const plan = await planCopies(world.sluice, await trimTo(world.sluice, 5))
    const reached = holdAt(world.proxy, named('EXEC'), 3)
    const running = await startCopies(world.sluice, plan)
    await reached
    await world.sluice.api.job.cancel({ jobId: running.id })
    world.proxy.resume()
    const job = await world.sluice.finished(running)
    expect(job).toMatchObject({ state: 'cancelled', counts: counts({ changed: 100 }) })
    expect(await world.direct.xlen(KEY)).toBe(105)
  })
})

describe('a connection that is cut', () => {
  /** The second transaction of copies: the first two EXECs try out whether there is one. */
  const secondExec = () => {
    let seen = 0
    return ([name]: readonly string[]) => name === 'EXEC' && ++seen === 4
  }

  test.each(['cut-before-reply', 'cut-before-forward'] as const)(
    '(%s) in the second transaction is read back by what the copies say, and nothing is sent again',
    async (kind) => {
      await add(idsFrom(1, 305))
      const file = await trimTo(world.sluice, 5)
      const plan = await planCopies(world.sluice, file)
      void world.proxy.fault(secondExec(), { kind })
      const job = await world.sluice.finished(await startCopies(world.sluice, plan))
      const added = kind === 'cut-before-reply' ? 200 : 100
      expect(job).toMatchObject({ state: 'interrupted', done: 200 })
      expect(job.counts).toEqual(counts({ changed: added, leftAlone: 200 - added }))
      expect(await values()).toEqual([...idsFrom(301, 5), ...idsFrom(1, added)])
      const undo = await world.sluice.undo(job)
      expect(undo.counts.changed).toBe(added)
      expect(await values()).toEqual(idsFrom(301, 5))
    },
  )

  test('is unknown where the copies do not say what they are', async () => {
    await add(idsFrom(1, 305))
    const plan = await planCopies(world.sluice, await trimTo(world.sluice, 5), { provenance: false })
    void world.proxy.fault(secondExec(), { kind: 'cut-before-reply' })
    const job = await world.sluice.finished(await startCopies(world.sluice, plan))
    expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 100, unknown: 100 }) })
  })
})

describe('the undo', () => {
  test('deletes the copies, after a look that changes nothing, also after a restart', async () => {
    await add(idsFrom(1, 8))
    const job = await addCopies(world.sluice, await trimTo(world.sluice, 3))
    await world.sluice.restart()
    const { api, connectionId } = world.sluice
    const events = []
    for await (const each of await api.recovery.planUndo({ connectionId, recordId: job.recordId })) events.push(each)
    expect(events.at(-1)).toMatchObject({ state: 'ready', plan: { entries: 5, leftAlone: 0, gone: 0 } })
    expect(await world.direct.xlen(KEY)).toBe(8)
    expect(await world.sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
    expect(await values()).toEqual(idsFrom(6, 3))
    expect(await record(job.recordId)).toMatchObject({ undo: { undoneBy: expect.any(String) as string } })
    await expect(world.sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('leaves alone what a group was given since, and counts what was deleted', async () => {
    await add(idsFrom(1, 8))
    await world.direct.xgroup('CREATE', KEY, 'billing', '$')
    const job = await addCopies(world.sluice, await trimTo(world.sluice, 3))
    const ids = (await world.direct.xrange(KEY, '-', '+')).map(([id]) => id)
    await world.direct.xreadgroup('GROUP', 'billing', 'ann', 'COUNT', 2, 'STREAMS', KEY, '>')
    await world.direct.xdel(KEY, ids.at(-1) ?? '')
    expect(await world.sluice.undo(job)).toMatchObject({ counts: counts({ changed: 2, leftAlone: 2, gone: 1 }) })
    expect(await values()).toEqual([...idsFrom(6, 3), '1-0', '2-0'])
  })

  test.each(['cut-before-reply', 'cut-before-forward'] as const)(
    'that is cut (%s) is read back, and can be gone on with',
    async (kind) => {
      await add(idsFrom(1, 8))
      const job = await addCopies(world.sluice, await trimTo(world.sluice, 3))
      void world.proxy.fault('XDEL', { kind })
      const undo = await world.sluice.undo(job)
      expect(undo).toMatchObject({ state: 'interrupted' })
      expect(undo.counts).toEqual(counts(kind === 'cut-before-reply' ? { changed: 5 } : { leftAlone: 5 }))
      await world.sluice.undo(job)
      expect(await values()).toEqual(idsFrom(6, 3))
    },
  )

  test('that never arrived has not deleted what a producer trimmed away', async () => {
    await add(idsFrom(1, 8))
    const job = await addCopies(world.sluice, await trimTo(world.sluice, 3))
    const lost = world.proxy.fault('XDEL', { kind: 'cut-before-forward' })
    world.proxy.refuse()
    const ending = world.sluice.undo(job)
    await lost
    await world.direct.xtrim(KEY, 'MAXLEN', 0)
    world.proxy.accept()
    expect(await ending).toMatchObject({ state: 'interrupted', counts: counts({ gone: 5 }) })
  })

  test('finds the copies by what they say, where Sluice was killed before it could write down their ids', async () => {
    await add(idsFrom(1, 8))
    const job = await addCopies(world.sluice, await trimTo(world.sluice, 3))
    await restartAsKilled(world.sluice, job)
    expect(await record(job.recordId)).toMatchObject({ state: 'interrupted', counts: counts({}) })
    expect(await world.sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
    expect(await values()).toEqual(idsFrom(6, 3))
  })

  test('leaves them alone then, where they do not say what they are', async () => {
    await add(idsFrom(1, 8))
    const job = await addCopies(world.sluice, await trimTo(world.sluice, 3), { provenance: false })
    await restartAsKilled(world.sluice, job)
    expect(await world.sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ leftAlone: 5 }) })
    expect(await world.direct.xlen(KEY)).toBe(8)
  })

  test('is done through another connection to the same server', async () => {
    await add(idsFrom(1, 8))
    const job = await addCopies(world.sluice, await trimTo(world.sluice, 3))
    const { id } = await world.sluice.api.connection.save({
      profile: world.redis.connection(),
      secrets: { password: null },
    })
    await world.sluice.api.connection.open({ connectionId: id })
    const { recordId } = job
    const undo = await world.sluice.finished(await world.sluice.api.recovery.undo({ connectionId: id, recordId }))
    expect(undo).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
  })
})
