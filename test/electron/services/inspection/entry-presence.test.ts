import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { goneIdsByScript } from '../../../../electron/redis/gone-ids'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { goneIds, goneWithin, mayBeGoneAfter } from '../../../../electron/services/inspection/entry-presence'
import type { EntryId } from '../../../../shared/entry-id'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { longer } from '../../../helpers/soak'
import { asWrittenByRedis6 } from '../../../helpers/written-by-redis-6'

const clients = useSluiceClients()
const KEY = Buffer.from('orders')
const WITHOUT_SCRIPTS = { profile: { username: 'lim' }, password: 'pw' }

onEachServer('what is gone of a stream whose bounds hide it, on %s', (version) => {
  let redis: TestRedis
  let direct: Redis
  useEmptiedServer({ version }, async (server, client) => {
    ;[redis, direct] = [server, client]
    await direct.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-@scripting')
  })
  /** Entries of so many bytes, of which some are deleted; `hidden`: and the bounds say that none was behind the first one. */
  const seed = async (
    ids: readonly EntryId[],
    deleted: readonly EntryId[],
    { bytes = 1, hidden = true } = {},
  ): Promise<void> => {
    const line = direct.pipeline()
    const last = ids.at(-1) ?? '1-0'
    for (const id of ids) line.xadd('orders', id, 'n', Buffer.alloc(bytes))
    for (const id of deleted) line.xdel('orders', id)
    if (hidden) line.call('XSETID', 'orders', last, 'ENTRIESADDED', ids.length, 'MAXDELETEDID', ids[0] ?? '1-0')
    for (const [error] of (await line.exec()) ?? []) if (error) throw error
  }
  const sent = async (what: () => Promise<unknown>): Promise<number> => {
    await direct.config('RESETSTAT')
    await what()
    return Number(/total_net_output_bytes:(\d+)/.exec(await direct.info('stats'))?.[1])
  }

  describe.each([
    ['with scripts', {}],
    ['without scripts', WITHOUT_SCRIPTS],
  ])('%s', (_, user) => {
    const open = async (): Promise<Reader> => (await clients.open(redis, user)).reader

    test('is what a look at each finds: ids close together and far apart, in any order, deleted and trimmed', async () => {
      const reader = await open()
      const entry = fc.record({
        gap: fc.oneof({ arbitrary: fc.constant(1), weight: 9 }, fc.integer({ min: 2, max: 2_000 })),
        isDeleted: fc.oneof({ arbitrary: fc.constant(false), weight: 5 }, fc.boolean()),
        isAsked: fc.oneof(fc.constant(true), fc.boolean()),
      })
      const history = fc.record({
        entries: fc.array(entry, { minLength: 1, maxLength: 120 }),
        trimmed: fc.oneof(fc.constant(0), fc.nat({ max: 60 })),
        order: fc.constantFrom(1, -1),
      })
      await fc.assert(
        fc.asyncProperty(history, async ({ entries, trimmed, order }) => {
          await direct.del('orders')
          let ms = 0
          const rows = entries.map(({ gap, ...row }) => ({ ...row, id: `${(ms += gap)}-7` }))
          await seed(
            rows.map(({ id }) => id),
            rows.filter(({ isDeleted }) => isDeleted).map(({ id }) => id),
            { hidden: user !== WITHOUT_SCRIPTS },
          )
          if (trimmed > 0) await direct.xtrim('orders', 'MAXLEN', Math.max(0, rows.length - trimmed))
          const there = new Set((await direct.xrange('orders', '-', '+')).map(([id]) => id))
          const asked = rows.filter(({ isAsked }) => isAsked).map(({ id }) => id)
          const ids = order === 1 ? asked : asked.toReversed()
          const gone = await goneIds(reader, KEY, ids)
          expect([...gone].sort()).toEqual(asked.filter((id) => !there.has(id)).sort())
        }),
        { numRuns: longer(60) },
      )
    })
  })

  test('is looked for among few; of more the bounds are believed until something was found', async () => {
    const ids = Array.from({ length: 2_500 }, (__, at) => `${at + 1}-0`)
    await seed(ids, ['2400-0'])
    const { reader } = await clients.open(redis)
    expect(await goneIds(reader, KEY, ids)).toEqual(new Set())
    expect(await mayBeGoneAfter(reader, KEY, '1-0')).toBe(false)
    expect(await goneIds(reader, KEY, ids.slice(2_350, 2_450))).toEqual(new Set(['2400-0']))
    expect(await goneIds(reader, KEY, ids)).toEqual(new Set(['2400-0']))
    expect(await mayBeGoneAfter(reader, KEY, '1-0')).toBe(true)
    expect((await goneWithin(reader, KEY, ids, 2_500))?.gone).toEqual(new Set(['2400-0']))
    expect(await mayBeGoneAfter(reader, Buffer.from('others'), '1-0').catch(() => 'none')).toBe('none')
  })

  test('is not looked for by commands, which send the entries: there the bounds are believed', async () => {
    await seed(['1-0', '2-0', '3-0'], ['2-0'])
    const { reader } = await clients.open(redis, WITHOUT_SCRIPTS)
    expect(await goneIds(reader, KEY, ['1-0', '2-0', '3-0'])).toEqual(new Set())
    // But for what XTRIM … ACKED took out of the midst of it, which they never tell.
    expect(await goneIds(reader, KEY, ['1-0', '2-0', '3-0'], { trimsAcked: true })).toEqual(new Set(['2-0']))
  })

  test('may be gone by a trim alone, and by commands no more are looked up than the script left room for', async () => {
    const ids = Array.from({ length: 40 }, (__, at) => `${at + 1}-0`)
    const { reader } = await clients.open(redis)
    await seed(ids, ['40-0'], { bytes: 300 * 1024, hidden: false })
    expect(await goneWithin(reader, KEY, ids, 39)).toBeNull()
    expect((await goneWithin(reader, KEY, ids, 40))?.lookedUp).toBe(40)
    await direct.del('orders')
    await seed(ids.slice(0, 3), [], { hidden: false })
    expect(await mayBeGoneAfter(reader, KEY, '1-0')).toBe(false)
    await direct.xtrim('orders', 'MAXLEN', 1)
    expect(await mayBeGoneAfter(reader, KEY, '1-0')).toBe(true)
  })

  test('brings no bodies, whatever the bounds say, nor looks at more of large ones than it must', async () => {
    const ids = Array.from({ length: 40 }, (__, at) => `${at + 1}-0`)
    const { reader } = await clients.open(redis)
    await seed(ids, ['40-0', '39-0'], { bytes: 20_000, hidden: false })
    expect(await sent(() => goneIds(reader, KEY, ids))).toBeLessThan(20_000)
    expect(await goneIds(reader, KEY, ids)).toEqual(new Set(['39-0', '40-0']))
    await direct.del('orders')
    await seed(ids, ['39-0'], { bytes: 300 * 1024 })
    expect(await sent(() => goneIds(reader, KEY, ids.slice(1)))).toBeLessThan(20_000)
    expect((await goneIdsByScript(reader, KEY, ids.slice(1), Infinity))?.looked).toBeLessThan(10)
  })

  test('takes few of what may be looked up, as nothing is sent; one by one they are too many', async () => {
    const ids = Array.from({ length: 2_000 }, (__, at) => `${at + 1}-0`)
    await seed(ids, ['2000-0', '7-0'], { hidden: false })
    const { reader } = await clients.open(redis)
    expect(await goneWithin(reader, KEY, ids, 100)).toEqual({ gone: new Set(['7-0', '2000-0']), lookedUp: 40 })
    expect(await goneWithin(reader, KEY, ids, 20)).toBeNull()
    const limited = await clients.open(redis, WITHOUT_SCRIPTS)
    expect(await goneWithin(limited.reader, KEY, ids, 1_999)).toBeNull()
    expect((await goneWithin(limited.reader, KEY, ids, 2_000))?.lookedUp).toBe(2_000)
  })

  test('was deleted by a server of before 7.0, whose data this one was started with', async () => {
    const old = await startRedis({ version: 'redis-7.0', config: ['rdbcompression no'] })
    try {
      const there = old.client()
      for (const id of ['1-0', '2-0', '3-0', '4-0']) await there.xadd('orders', id, 'n', '1')
      await there.xgroup('CREATE', 'orders', 'billing', '0')
      await there.xreadgroup('GROUP', 'billing', 'alice', 'STREAMS', 'orders', '>')
      await there.xdel('orders', '3-0')
      const dump = await there.dumpBuffer('orders')
      if (dump === null) throw new Error('no stream')
      await direct.restore('orders', 0, asWrittenByRedis6(dump))
    } finally {
      await old.stop()
    }
    const told = (await direct.xinfo('STREAM', 'orders')) as unknown[]
    expect(told[told.indexOf('max-deleted-entry-id') + 1]).toBe('0-0')
    const { reader } = await clients.open(redis)
    expect(await goneIds(reader, KEY, ['1-0', '2-0', '3-0', '4-0'])).toEqual(new Set(['3-0']))
  })
})
