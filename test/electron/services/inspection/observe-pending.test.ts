import { describe, expect, test } from 'vitest'
import {
  ageOf,
  isUnmovedSince,
  observeClearly,
  observeRange,
  observeIds,
  observeStable,
  type Observation,
} from '../../../../electron/services/inspection/observe-pending'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { GROUP, idsFrom, KEY, onEveryServer, seed } from '../recovery/recovery-kit'

const [key, group] = [Buffer.from(KEY), Buffer.from(GROUP)]
const NOW = 1_700_000_000_000

/** Readings one after the other: of one row, the span in which it was last delivered. The last one stays. */
function readings(...spans: readonly (readonly [deliveredAt: number, deliveredBy: number])[]) {
  let next = 0
  const read = async (): Promise<Observation> => {
    const [deliveredAt = 0, deliveredBy = 0] = spans[Math.min(next, spans.length - 1)] ?? []
    next += 1
    const row = { id: '1-0', consumer: Buffer.from('alice'), idleMs: 10, deliveries: 1, deliveredAt, deliveredBy }
    return { at: NOW, clock: performance.now(), tookMs: 1, rows: [row] }
  }
  return { read, count: () => next }
}
const unmovedSince = async (moment: number, read: () => Promise<Observation>): Promise<boolean | undefined> => {
  const [row] = (await observeClearly(moment, read, read)).rows
  return row && isUnmovedSince(moment, row)
}

describe('whether an entry moved after a moment', () => {
  test('is clear at once where the span lies before or after it', async () => {
    const before = readings([NOW - 5, NOW - 2])
    expect([await unmovedSince(NOW, before.read), before.count()]).toEqual([true, 1])
    const atTheMoment = readings([NOW, NOW])
    expect([await unmovedSince(NOW, atTheMoment.read), atTheMoment.count()]).toEqual([true, 1])
    const after = readings([NOW + 1, NOW + 400])
    expect([await unmovedSince(NOW, after.read), after.count()]).toEqual([false, 1])
  })

  test('is read again where the clock ticked in the middle of the reading', async () => {
    const unmoved = readings([NOW, NOW + 1], [NOW - 7, NOW + 12], [NOW, NOW])
    expect([await unmovedSince(NOW, unmoved.read), unmoved.count()]).toEqual([true, 3])
    const moved = readings([NOW, NOW + 1], [NOW + 1, NOW + 1])
    expect([await unmovedSince(NOW, moved.read), moved.count()]).toEqual([false, 2])
  })

  test('counts as moved where it never gets clear: nothing that may have moved is taken', async () => {
    const never = readings([NOW, NOW + 1])
    expect(await unmovedSince(NOW, never.read)).toBe(false)
    expect(never.count()).toBeLessThanOrEqual(40)
  })
  test('of what is no longer pending when it is read closely nothing is said', async () => {
    const unclear = readings([NOW, NOW + 1])
    const { rows } = await observeClearly(NOW, unclear.read, async () => ({ ...(await unclear.read()), rows: [] }))
    expect(rows).toEqual([])
  })
})

describe('what a min idle time is to guard', () => {
  /** Readings that take so long, of one row that is idle for so long. */
  const taking = (deliveredBy: number, ...each: readonly (readonly [tookMs: number, idleMs: number])[]) => {
    let next = 0
    return async (): Promise<Observation> => {
      const [tookMs = 0, idleMs = 0] = each[next++] ?? []
      const row = {
        id: '1-0',
        consumer: Buffer.from('a'),
        idleMs,
        deliveries: 1,
        deliveredAt: deliveredBy,
        deliveredBy,
      }
      return { at: NOW, clock: performance.now(), tookMs, rows: [row] }
    }
  }

  const none = (): Promise<Observation> => Promise.reject(new Error('nothing was unclear'))

  test('is read again until it is idle for longer than the reading took', async () => {
    const { rows } = await observeClearly(NOW, taking(NOW, [40, 12], [5, 6], [3, 17]), none)
    expect(rows).toMatchObject([{ idleMs: 17 }])
  })
  test('is not read again for the sake of what moved, for that is left alone', async () => {
    const { rows } = await observeClearly(NOW, taking(NOW + 1, [40, 12], [1, 60]), none)
    expect(rows).toMatchObject([{ idleMs: 12 }])
  })
})

describe('a reading is settled', () => {
  test('once all was delivered before its own millisecond', async () => {
    const fresh = readings([NOW, NOW], [NOW - 1, NOW], [NOW - 1, NOW - 1])
    expect((await observeStable(fresh.read)).rows).toMatchObject([{ deliveredBy: NOW - 1 }])
    expect(fresh.count()).toBe(3)
  })
  test('or at last, where deliveries never end', async () => {
    const busy = readings([NOW + 1, NOW + 1])
    await observeStable(busy.read)
    expect(busy.count()).toBeLessThanOrEqual(20)
  })
})

test('the age of a reading is never more than the time that has passed', () => {
  const clock = performance.now() - 10_000
  const age = ageOf({ at: NOW, clock, tookMs: 0, rows: [] })
  expect(age).toBeLessThanOrEqual(performance.now() - clock)
  expect(age).toBeGreaterThanOrEqual(9_980)
})

onEveryServer((world) => {
  const clients = useSluiceClients()

  test('the span of a delivery holds the time that the server itself has written down', async () => {
    const { direct, redis } = world
    await seed(direct, { held: { alice: idsFrom(1, 900), bob: idsFrom(901, 300) } })
    const { reader } = await clients.open(redis)
    const full = (await direct.xinfo('STREAM', KEY, 'FULL', 'COUNT', 0)) as unknown[]
    const groups = full[full.indexOf('groups') + 1] as unknown[][]
    const pel = groups[0]?.[groups[0].indexOf('pending') + 1] as [string, string, string, string][]
    const truth = new Map(pel.map(([id, , deliveredAt]) => [id, Number(deliveredAt)]))
    expect(truth.size).toBe(1_200)
    for (let round = 0; round < 50; round += 1) {
      const all = await observeIds(reader, key, group, idsFrom(1 + round * 10, 500))
      const sparse = await observeIds(reader, key, group, ['2-0', '77-0', '901-0', '1199-0', '5000-0'])
      const theirs = await observeRange(reader, key, group, {
        from: '-',
        to: '+',
        count: 500,
        consumer: Buffer.from('bob'),
      })
      expect([all.rows.length, sparse.rows.length, theirs.rows.length]).toEqual([500, 4, 300])
      for (const { id, deliveredAt, deliveredBy } of [...all.rows, ...sparse.rows, ...theirs.rows]) {
        expect(deliveredAt).toBeLessThanOrEqual(truth.get(id) ?? 0)
        expect(deliveredBy).toBeGreaterThanOrEqual(truth.get(id) ?? Infinity)
      }
    }
  })

  test('of ids that lie far apart in a long list all are found, and only those asked for', async () => {
    const { direct, redis } = world
    await seed(direct, { held: { alice: idsFrom(1, 3_000), bob: idsFrom(3_001, 3_000) } })
    const { reader } = await clients.open(redis)
    const asked = Array.from({ length: 500 }, (_, at) => `${at * 12 + 1}-0`)
    expect((await observeIds(reader, key, group, asked)).rows.map(({ id }) => id)).toEqual(asked)
    const bobs = (await observeIds(reader, key, group, asked, Buffer.from('bob'))).rows
    expect(bobs.map(({ id }) => id)).toEqual(asked.filter((id) => parseInt(id) > 3_000))
    expect((await observeIds(reader, key, group, idsFrom(7_000, 30))).rows).toEqual([])
    expect((await observeIds(reader, key, group, [])).rows).toEqual([])
  })
})
