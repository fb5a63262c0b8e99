import { describe, expect, test } from 'vitest'
import { readQuery } from '../../../../shared/query/read-query'
import { saying } from '../../../helpers/saying'
import { counts, everything, idsFrom } from '../recovery/recovery-kit'
import { useOneServer } from '../restore/one-server'
import { copy, planCopy, startCopy } from './copy-kit'

const world = useOneServer()

async function add(ids: readonly string[], key: string | Buffer = 'orders'): Promise<void> {
  const pipeline = world.direct.pipeline()
  for (const id of ids) pipeline.xadd(key, id, 'n', id)
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}
const entriesOf = (key: string | Buffer) => world.direct.xrangeBuffer(key, '-', '+')
const idsOf = async (key: string) => (await world.direct.xrange(key, '-', '+')).map(([id]) => id)
const values = async (key: string) => (await world.direct.xrange(key, '-', '+')).map(([, fields]) => fields[1])
const now = (query: string) => {
  const read = readQuery(query)
  if (!('query' in read)) throw new Error('no query')
  return read.query
}

describe('a plan to copy', () => {
  test('says what would be added, and who is given it; and changes nothing', async () => {
    await add(idsFrom(1, 8))
    await add(['1-0'], 'copies')
    await world.direct.xgroup('CREATE', 'copies', 'billing', '0')
    const before = await everything(world.direct)
    expect(await planCopy(world.sluice, { choice: { from: '3-0', to: '6-0' } })).toMatchObject({
      ...{ entries: 4, bytes: 16, firstId: '3-0', lastId: '6-0', read: 4, notFound: 0, creates: false },
      ...{ groups: ['billing'], beyond: [], targetLastId: '1-0', blocked: null, memory: null, warnings: [] },
      ...{ takesMs: null, undo: { possible: true } },
    })
    expect(await everything(world.direct)).toEqual(before)
  })

  test('of a search counts what is like it, of ids those that are there', async () => {
    await add(idsFrom(1, 300))
    const found = await planCopy(world.sluice, { choice: { query: now('n=7-0 OR n=250-0') } })
    expect(found).toMatchObject({ entries: 2, firstId: '7-0', lastId: '250-0', read: 300 })
    const ticked = await planCopy(world.sluice, { choice: { ids: ['5-0', '2-0', '9-9'] } })
    expect(ticked).toMatchObject({ entries: 2, firstId: '2-0', lastId: '5-0', notFound: 1 })
  })

  test('keeps ids only where all of them are above those of the target, deleted ones too', async () => {
    await add(idsFrom(1, 5))
    await add(['3-0', '4-0'], 'copies')
    await world.direct.xdel('copies', '4-0')
    const keep = { ids: 'keep' } as const
    expect(await planCopy(world.sluice, keep)).toMatchObject({ blocked: saying('given out ids up to 4-0') })
    expect(await planCopy(world.sluice, { ...keep, choice: { from: '4-0' } })).toMatchObject({ blocked: saying('4-0') })
    const above = await planCopy(world.sluice, { ...keep, choice: { from: '5-0' } })
    expect(above).toMatchObject({ blocked: null, entries: 1 })
    expect(above.commands).toEqual(['XADD copies 5-0 n 5-0'])
  })

  test('of ids that are kept gives nothing to a group that stands beyond them', async () => {
    await add(['5-0'])
    await add(['1-0'], 'copies')
    await world.direct.xgroup('CREATE', 'copies', 'ahead', '9-0')
    await world.direct.xgroup('CREATE', 'copies', 'behind', '0')
    expect(await planCopy(world.sluice, { ids: 'keep' })).toMatchObject({ groups: ['behind'], beyond: ['ahead'] })
    expect(await planCopy(world.sluice)).toMatchObject({ groups: ['ahead', 'behind'], beyond: [] })
  })

  test('by the ids’ own times says how long it takes, and is refused where they hold none', async () => {
    const pace = { kind: 'spaced', times: 2, maxGapMs: null } as const
    await add(['1700000000000-0', '1700000010000-0', '1700003610000-5'])
    expect(await planCopy(world.sluice, { pace })).toMatchObject({ takesMs: 1_805_000, blocked: null })
    const bounded = { ...pace, maxGapMs: 1_000 }
    expect(await planCopy(world.sluice, { pace: bounded })).toMatchObject({ takesMs: 2_000 })
    await add(['4-0'], 'counted')
    const refused = await planCopy(world.sluice, { from: 'counted', pace })
    expect(refused.blocked).toEqual(saying('4-0, for one, holds no time'))
    await expect(startCopy(world.sluice, refused)).rejects.toMatchObject({ code: 'STALE_PLAN' })
  })

  test('warns where the server has not the memory', async () => {
    await world.direct.xadd('orders', '1-0', 'big', Buffer.alloc(1024 * 1024))
    await world.direct.config('SET', 'maxmemory', '1mb')
    try {
      const { memory } = await planCopy(world.sluice)
      expect(memory).toMatchObject({ maxBytes: 1024 * 1024, policy: 'noeviction' })
    } finally {
      await world.direct.config('SET', 'maxmemory', '0')
    }
  })

  test('is refused for a target that is no stream, a source that is none, and a range that ends early', async () => {
    await add(idsFrom(1, 3))
    await world.direct.set('text', 'x')
    await expect(planCopy(world.sluice, { to: 'text' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(planCopy(world.sluice, { from: 'gone' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(planCopy(world.sluice, { from: 'text' })).rejects.toMatchObject({ data: { prefix: 'WRONGTYPE' } })
    const early = { from: '3-0', to: '1-0' }
    await expect(planCopy(world.sluice, { choice: early })).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})

describe('copying', () => {
  test('adds every byte in its order, fields of 1 MiB and names of any bytes too', async () => {
    const odd = Buffer.from([0xff, 0x0a, 0x00])
    await world.direct.xadd(odd, '1-0', odd, odd, odd, 'twice', '', '')
    await world.direct.xadd(odd, '2-0', 'big', Buffer.alloc(1024 * 1024, 0xfe))
    await world.direct.xadd(odd, '3-0', ...Array.from({ length: 10_000 }, (_, at) => [`f${at}`, 'x']).flat())
    const target = Buffer.from([0xfe, 0x20])
    const key = (name: Buffer) => ({ base64: name.toString('base64') })
    const job = await copy(world.sluice, { from: key(odd), to: key(target), ids: 'keep' })
    expect(job).toMatchObject({ state: 'done', kind: 'copy', counts: counts({ changed: 3 }), undoable: true })
    expect(await entriesOf(target)).toEqual(await entriesOf(odd))
    await copy(world.sluice, { from: key(odd), to: 'new' })
    const bodies = async (name: string | Buffer) => (await entriesOf(name)).map(([, fields]) => fields)
    expect(await bodies('new')).toEqual(await bodies(odd))
  })

  test('that some may be looked for and are left out is said before', async () => {
    await world.direct.xadd('orders', '1-0', 'v', 'abbac')
    await world.direct.xadd('orders', '2-0', 'v', 'ab'.repeat(100_000))
    const query = now('v~/(?:a|b)*a(?:a|b){0,200}[cd]/')
    expect(await planCopy(world.sluice, { to: 'new', choice: { query } })).toMatchObject({
      ...{ entries: 1, warnings: ['entries-untold'] },
    })
  })

  test('a stream into itself comes to an end', async () => {
    await add(idsFrom(1, 250))
    const plan = await planCopy(world.sluice, { to: 'orders' })
    expect(plan).toMatchObject({ entries: 250, warnings: ['itself'] })
    const job = await world.sluice.finished(await startCopy(world.sluice, plan))
    expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 250 }) })
    expect(await values('orders')).toEqual([...idsFrom(1, 250), ...idsFrom(1, 250)])
    expect(await planCopy(world.sluice, { to: 'orders', ids: 'keep' })).toMatchObject({
      blocked: saying('upwards only'),
    })
  })

  test('takes nothing that came after the plan, and counts what went since', async () => {
    await add(idsFrom(1, 5))
    const plan = await planCopy(world.sluice)
    await add(['9-0'])
    await world.direct.xdel('orders', '2-0', '3-0')
    const job = await world.sluice.finished(await startCopy(world.sluice, plan))
    expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3, gone: 2 }), done: 5 })
    expect(await values('copies')).toEqual(['1-0', '4-0', '5-0'])
  })

  test('runs no plan of a source, or a target, that is another by now', async () => {
    await add(idsFrom(1, 5))
    const anew = await planCopy(world.sluice)
    await world.direct.del('orders')
    await add(idsFrom(1, 2))
    await expect(startCopy(world.sluice, anew)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    const made = await planCopy(world.sluice)
    await add(['1-0'], 'copies')
    await expect(startCopy(world.sluice, made)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    const passed = await planCopy(world.sluice, { ids: 'keep', choice: { from: '2-0' } })
    await add(['2-0'], 'copies')
    await expect(startCopy(world.sluice, passed)).rejects.toMatchObject({ code: 'STALE_PLAN' })
  })

  test('stops in the words of the server where ids are passed in its midst, or the target becomes something else', async () => {
    await add(idsFrom(1, 300))
    const { sluice, proxy } = world
    const between = async (ids: 'keep' | 'new', change: () => Promise<unknown>) => {
      const struck = proxy.fault('EXEC', { kind: 'delay', ms: 200 })
      const started = await startCopy(sluice, await planCopy(sluice, { ids }))
      await struck
      await change()
      return sluice.finished(started)
    }
    const passed = await between('keep', () => world.direct.xadd('copies', '1000-0', 'n', 'other'))
    expect(passed).toMatchObject({ state: 'failed', error: { code: 'REDIS', data: { prefix: 'ERR' } } })
    expect(passed.counts.changed).toBe((await idsOf('copies')).length - 1)
    await world.direct.del('copies')
    const other = await between('new', () => world.direct.multi().del('copies').set('copies', 'x').exec())
    expect(other.state).toBe('failed')
    expect(await world.direct.get('copies')).toBe('x')
  })

  test('its undo deletes what it added and nothing else', async () => {
    await add(idsFrom(1, 250))
    await add(['1-0'], 'copies')
    const job = await copy(world.sluice)
    const theirs = await world.direct.xadd('copies', '*', 'n', '7-0')
    await world.direct.xgroup('CREATE', 'copies', 'late', (await idsOf('copies'))[10] ?? '')
    const undo = await world.sluice.undo(job)
    expect(undo).toMatchObject({ state: 'done', counts: counts({ changed: 240, leftAlone: 10 }) })
    const left = await idsOf('copies')
    expect([left[0], left.at(-1), left.length]).toEqual(['1-0', theirs, 12])
  })

  test('keeps to a pace, and is cancelled while it waits', async () => {
    await add(['1700000000000-0', '1700000000000-1', '1700003600000-0'])
    const { api, finished } = world.sluice
    const pace = { kind: 'spaced', times: 1, maxGapMs: null } as const
    const started = await startCopy(world.sluice, await planCopy(world.sluice, { pace, ids: 'keep' }))
    await expect.poll(() => idsOf('copies')).toEqual(['1700000000000-0', '1700000000000-1'])
    await api.job.cancel({ jobId: started.id })
    expect(await finished(started)).toMatchObject({ state: 'cancelled', done: 2, counts: counts({ changed: 2 }) })
    const quick = await copy(world.sluice, { to: 'quick', pace: { ...pace, times: 1_000_000 } })
    expect(quick).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
  })

  test('sends nothing while it is paused, though the time of the next one comes', async () => {
    await add(['1700000000000-0', '1700000001500-0'])
    const { api, finished } = world.sluice
    const pace = { kind: 'spaced', times: 1, maxGapMs: null } as const
    const started = await startCopy(world.sluice, await planCopy(world.sluice, { pace }))
    await expect.poll(async () => (await api.job.list()).find(({ id }) => id === started.id)?.done).toBe(1)
    await api.job.pause({ jobId: started.id })
    // What began later is through: the time of the second one has come.
    expect(await copy(world.sluice, { to: 'other', pace })).toMatchObject({ state: 'done' })
    expect(await idsOf('copies')).toHaveLength(1)
    await api.job.resume({ jobId: started.id })
    expect(await finished(started)).toMatchObject({ state: 'done', counts: counts({ changed: 2 }) })
  })
})
