import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { readPendingPage } from '../../../../electron/services/inspection/pending'
import type { EntryId } from '../../../../shared/entry-id'
import type { PendingPage } from '../../../../shared/model/pending'
import type { Criteria } from '../../../../shared/model/selection'
import { onEachServer } from '../../../helpers/on-each-server'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { longestHold, SLOW_QUERY, slowText } from '../../../helpers/longest-hold'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { queryOf } from '../../../helpers/query-of'

const KEY = Buffer.from('orders')
const GROUP = Buffer.from('billing')
const HOUR = 3_600_000
const clients = useSluiceClients()

interface Seeded {
  readonly id: EntryId
  readonly consumer?: string
  readonly idleMs?: number
  readonly deliveries?: number
  readonly fields?: readonly (string | Buffer)[]
}

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  let reader: Reader
  useEmptiedServer({ version }, async (server, direct) => {
    ;[redis, feed] = [server, direct]
    reader = (await clients.open(redis)).reader
  })

  async function seed(entries: readonly Seeded[]): Promise<void> {
    const pipeline = feed.pipeline()
    for (const { id, fields = ['n', id] } of entries) pipeline.xadd('orders', id, ...fields)
    pipeline.xgroup('CREATE', 'orders', 'billing', '0')
    for (const { id, consumer = 'w', idleMs = 0, deliveries = 1 } of entries) {
      const state = ['IDLE', idleMs, 'RETRYCOUNT', deliveries, 'FORCE', 'JUSTID'] as const
      pipeline.call('XCLAIM', 'orders', 'billing', consumer, 0, id, ...state)
    }
    await pipeline.exec()
  }

  const page = (criteria: Criteria, rest: Partial<Parameters<typeof readPendingPage>[3]> = {}): Promise<PendingPage> =>
    readPendingPage(reader, KEY, GROUP, { criteria, count: 100, bodies: false, ...rest })

  async function walk(criteria: Criteria, count: number, bodies = false): Promise<{ ids: EntryId[]; walked: number }> {
    const ids: EntryId[] = []
    let walked = 0
    for (let after: EntryId | undefined; ;) {
      const part: PendingPage = await page(criteria, { count, bodies, after })
      ids.push(...part.entries.map(({ id }) => id))
      walked += part.walked
      if (part.next === null) return { ids, walked }
      after = part.next
    }
  }
  const idsOf = async (criteria: Criteria): Promise<readonly EntryId[]> =>
    (await page(criteria)).entries.map(({ id }) => id)

  test('by idle time, deliveries, consumer and range, each alone and all at once', async () => {
    await seed([
      { id: '1-0', consumer: 'a', idleMs: HOUR, deliveries: 1 },
      { id: '2-0', consumer: 'b', idleMs: 2 * HOUR, deliveries: 7 },
      { id: '2-1', consumer: 'a', idleMs: 0, deliveries: 7 },
      { id: '9-0', consumer: 'a', idleMs: 3 * HOUR, deliveries: 7 },
      { id: '10-0', consumer: 'a', idleMs: 3 * HOUR, deliveries: 9 },
    ])
    expect(await idsOf({ minIdleMs: 2 * HOUR })).toEqual(['2-0', '9-0', '10-0'])
    expect(await idsOf({ minDeliveries: 7, maxDeliveries: 8 })).toEqual(['2-0', '2-1', '9-0'])
    expect(await idsOf({ consumers: ['b', 'nobody'] })).toEqual(['2-0'])
    expect(await idsOf({ consumers: ['a'] })).toEqual(['1-0', '2-1', '9-0', '10-0'])
    // As ids, not as text: 10-0 comes after 9-0.
    expect(await idsOf({ from: '2-1', to: '9-0' })).toEqual(['2-1', '9-0'])
    expect(await idsOf({ consumers: ['a'], minIdleMs: HOUR, maxDeliveries: 7, from: '2-0' })).toEqual(['9-0'])
    expect(await page({ consumers: ['gone'] })).toEqual({ entries: [], next: null, walked: 0 })
  })

  test('by what is in the stream, and by a field of any bytes', async () => {
    const binary = Buffer.from([0xff, 0x00, 0xfe])
    await seed([
      { id: '1-0', fields: ['kind', 'order', 'kind', 'refund'] },
      { id: '2-0', fields: ['kind', 'refunded'] },
      { id: '3-0', fields: ['other', 'refund'] },
      { id: '4-0', fields: [binary, Buffer.concat([Buffer.from('x'), binary])] },
      { id: '5-0', fields: ['kind', 'refund'] },
    ])
    await feed.xdel('orders', '5-0')
    expect(await idsOf({ presence: 'gone' })).toEqual(['5-0'])
    expect(await idsOf({ presence: 'in stream' })).toEqual(['1-0', '2-0', '3-0', '4-0'])
    expect(await idsOf({ query: queryOf('kind=refund') })).toEqual(['1-0'])
    expect(await idsOf({ query: queryOf('kind:refund') })).toEqual(['1-0', '2-0'])
    expect(await idsOf({ query: queryOf('"\\xff\\x00\\xfe":"\\xff\\x00\\xfe"') })).toEqual(['4-0'])
    // Of what is gone nobody can tell.
    expect(await idsOf({ query: queryOf('-kind=refund') })).toEqual(['2-0', '3-0', '4-0'])
    expect(await idsOf({ query: queryOf('other=refund OR kind=order'), presence: 'gone' })).toEqual([])
  })

  test('of what is too large for a pattern nobody can tell: it is counted once, on whatever page it is', async () => {
    const large = 'a'.repeat(8 * 1024)
    const ids = Array.from({ length: 12 }, (_, at) => `${at + 1}-0`)
    await seed(ids.map((id, at) => ({ id, fields: ['n', at % 3 === 0 ? large : `x${'.'.repeat(400)}1`] })))
    const criteria = { query: queryOf('/[ax].{400}[0-9]/') }
    const untoldOf = async (count: number, bodies: boolean): Promise<readonly (number | undefined)[]> => {
      const untold: (number | undefined)[] = []
      for (let after: EntryId | undefined; ;) {
        const part: PendingPage = await page(criteria, { count, bodies, after })
        untold.push(part.untold)
        if (part.next === null) return untold
        after = part.next
      }
    }
    expect(await idsOf(criteria)).toEqual(ids.filter((_, at) => at % 3 !== 0))
    expect(await untoldOf(100, false)).toEqual([4])
    for (const bodies of [false, true]) {
      expect((await untoldOf(2, bodies)).reduce<number>((sum, untold = 0) => sum + untold, 0)).toBe(4)
    }
    // Whichever way round that is asked.
    expect(await page({ query: queryOf('-/[ax].{400}[0-9]/') })).toMatchObject({ entries: [], untold: 4 })
  })

  test('others get their turn while a slow pattern is looked for', async () => {
    await seed(Array.from({ length: 10 }, (_, at) => ({ id: `${at + 1}-0`, fields: ['n', slowText(at)] })))
    const { result, part } = await longestHold(() => page({ query: queryOf(SLOW_QUERY) }))
    expect(result).toEqual({ entries: [], next: null, walked: 10 })
    expect(part).toBeLessThan(1 / 2)
  })

  test('pages of any size give each match once, also where few match', async () => {
    const all = Array.from({ length: 2_500 }, (_, seq) => `7-${seq}`)
    const wanted = all.filter((_, at) => at % 400 === 399)
    await seed(all.map((id, at) => ({ id, deliveries: at % 400 === 399 ? 9 : 1, fields: ['n', String(at % 400)] })))
    for (const count of [1, 3, 1_000]) {
      expect((await walk({ minDeliveries: 9 }, count)).ids).toEqual(wanted)
      expect((await walk({ query: queryOf('n=399') }, count, true)).ids).toEqual(wanted)
    }
    expect((await walk({ minDeliveries: 9 }, 1_000)).walked).toBe(2_500)
  })

  test('one call looks at some 10 000 entries at most, and says where to go on', async () => {
    await seed(Array.from({ length: 12_000 }, (_, at) => ({ id: `1-${at}` })))
    const first = await page({ minDeliveries: 2 })
    expect(first).toEqual({ entries: [], next: '1-9999', walked: 10_000 })
    expect(await page({ minDeliveries: 2 }, { after: '1-9999' })).toEqual({ entries: [], next: null, walked: 2_000 })
    const bodies = await page({ presence: 'gone' })
    expect(bodies).toMatchObject({ entries: [], next: '1-999', walked: 1_000 })
  })

  test('matches come with their entries, and a page of large ones ends early without a hole', async () => {
    const value = Buffer.alloc(300_000, 'x')
    const ids = Array.from({ length: 40 }, (_, at) => `${at + 1}-0`)
    await seed(ids.map((id, at) => ({ id, deliveries: at % 2 === 0 ? 3 : 1, fields: ['n', value] })))
    const first = await page({ minDeliveries: 2 }, { bodies: true })
    expect(first.entries.length).toBeLessThan(20)
    expect(first.entries.every(({ body, inStream }) => inStream === true && body !== null)).toBe(true)
    expect((await walk({ minDeliveries: 2 }, 100, true)).ids).toEqual(ids.filter((_, at) => at % 2 === 0))
  })

  test('it stops looking when nobody waits for it, and a group that is gone is NOT_FOUND', async () => {
    await seed([{ id: '1-0' }])
    const reading = readPendingPage(
      reader,
      KEY,
      GROUP,
      { criteria: { minDeliveries: 1 }, count: 1, bodies: false },
      AbortSignal.abort(),
    )
    await expect(reading).rejects.toThrow('aborted')
    await feed.del('orders')
    await expect(page({ minDeliveries: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
