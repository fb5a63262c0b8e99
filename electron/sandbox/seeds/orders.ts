import type { WorkloadLine } from '../../redis/workload-client'
import { createRandom, type Random } from '../random'
import { orderFields } from './bodies'
import { add, at, chunks, createGroup, hold, HOUR, MINUTE, readAndAck, SECOND, upTo, type Seed } from './lines'

export const ORDERS = 'orders'

const ADDED = 14_000
const TRIMMED = 2_000
const INTERVAL = 1_540

/** The entry that packer-2 can't pack: its items are not the JSON they claim to be. */
const POISON = 9_300
/** worker-3 took 28 batches of 43 and died: 1 204 entries. */
const CRASHED_BATCHES = 28
const CRASHED_BATCH = 43

/**
 * An order pipeline with the troubles that pipelines have: billing with a crashed consumer, shipping with a poison entry
 * and with entries trimmed away while pending, audit far behind, fraud-check never started, and analytics as it should be.
 */
export function ordersSeed(now: number): Seed {
  const random = createRandom(1)
  const from = now - ADDED * INTERVAL
  const ids = upTo(ADDED).map((n) => `${from + n * INTERVAL + random.int(0, 900)}-0`)
  const added = ids.map((id, n) => add(ORDERS, id, n === POISON ? poisonFields(random, n) : orderFields(random, n)))
  const groups = ['billing', 'shipping', 'audit', 'analytics', 'fraud-check']
  return {
    lines: [
      ...added,
      ...groups.map((group) => createGroup(ORDERS, group)),
      ...billing(ids, now),
      ...shipping(ids, now),
      ...audit(ids, now),
      ...readEverything('analytics', ['analytics-1', 'analytics-2'], ADDED),
      ['XTRIM', ORDERS, 'MAXLEN', ADDED - TRIMMED],
      ...neighbours(ids, now),
    ],
    lastSeen: [
      { key: ORDERS, consumer: 'worker-3', at: now - 40 * MINUTE },
      { key: ORDERS, consumer: 'packer-7', at: now - 5 * HOUR - 38 * MINUTE },
      { key: 'orders:refunds', consumer: 'refunder', at: now - 26 * HOUR },
    ],
  }
}

function readEverything(group: string, consumers: readonly string[], count: number): readonly WorkloadLine[] {
  const share = Math.ceil(count / consumers.length)
  return consumers.map((consumer) => readAndAck(ORDERS, group, consumer, share))
}

function billing(ids: readonly string[], now: number): readonly WorkloadLine[] {
  const crashedAt = now - 42 * MINUTE
  const first = ids.findIndex((id) => Number(id.slice(0, 13)) > crashedAt) - CRASHED_BATCHES * (CRASHED_BATCH + 20)
  // Batches that worker-3 got; the twenty entries after each went to the others, who acked them.
  const batches = upTo(CRASHED_BATCHES).map((n) => {
    const start = first + n * (CRASHED_BATCH + 20)
    return ids.slice(start, start + CRASHED_BATCH)
  })
  return [
    ...readEverything('billing', ['worker-1', 'worker-2', 'worker-3'], ADDED),
    ...batches.flatMap((batch) => hold(ORDERS, 'billing', 'worker-3', batch, { at: deliveredAt(batch) })),
    ...hold(ORDERS, 'billing', 'worker-1', ids.slice(-9, -4), { at: now - 3 * SECOND }),
    ...hold(ORDERS, 'billing', 'worker-2', ids.slice(-4), { at: now - SECOND }),
  ]
}

function shipping(ids: readonly string[], now: number): readonly WorkloadLine[] {
  const lost = ids.slice(610, 648) // below TRIMMED
  return [
    ...readEverything('shipping', ['packer-1', 'packer-2', 'packer-3', 'packer-4', 'packer-7'], ADDED),
    ...hold(ORDERS, 'shipping', 'packer-7', lost.slice(0, 30), { at: deliveredAt(lost) }),
    ...hold(ORDERS, 'shipping', 'packer-7', lost.slice(30), { at: deliveredAt(lost), deliveries: 2 }),
    ...hold(ORDERS, 'shipping', 'packer-2', [at(ids, POISON)], { at: now - 25 * SECOND, deliveries: 20 }),
    ...hold(ORDERS, 'shipping', 'packer-1', ids.slice(-15, -9), { at: now - 6 * SECOND }),
    ...hold(ORDERS, 'shipping', 'packer-3', ids.slice(-9, -5), { at: now - 4 * SECOND }),
    ...hold(ORDERS, 'shipping', 'packer-4', ids.slice(-5), { at: now - 2 * SECOND }),
  ]
}

function audit(ids: readonly string[], now: number): readonly WorkloadLine[] {
  const reached = 8_625
  return [
    readAndAck(ORDERS, 'audit', 'auditor-1', reached),
    ...hold(ORDERS, 'audit', 'auditor-1', ids.slice(reached - 25, reached), { at: now - 8 * SECOND }),
  ]
}

/** Shortly after the last entry of a batch was added. */
function deliveredAt(batch: readonly string[]): number {
  return Number(at(batch, -1).slice(0, 13)) + 400
}

function poisonFields(random: Random, number: number): ReturnType<typeof orderFields> {
  return orderFields(random, number).map(([name, value]) =>
    name === 'items' ? ([name, '[{"sku":"LAMP-OAK","quantity":1,"price":'] as const) : ([name, value] as const),
  )
}

/** Streams beside `orders`: dead letters, one that was created and never written to, and one that was emptied. */
function neighbours(ids: readonly string[], now: number): readonly WorkloadLine[] {
  const random = createRandom(2)
  const dead = chunks(ids.slice(3_000, 3_140), 10).map((ten) => at(ten, 0))
  const refunds = upTo(40).map((n) => `${now - 27 * HOUR + n * MINUTE}-0`)
  return [
    ...dead.map((id, n) =>
      add('orders:dead-letter', `${now - 3 * HOUR + n * 7 * MINUTE}-0`, [
        ...orderFields(random, 3_000 + 10 * n),
        ['source-stream', ORDERS],
        ['source-id', id],
        ['error', random.pick(['payment provider timed out', 'unknown SKU', 'address not deliverable'])],
        ['deliveries', random.int(5, 20)],
      ]),
    ),
    createGroup('orders:returns', 'warehouse'),
    ...refunds.map((id, n) => add('orders:refunds', id, orderFields(random, n))),
    createGroup('orders:refunds', 'refunds'),
    readAndAck('orders:refunds', 'refunds', 'refunder', refunds.length),
    ['XDEL', 'orders:refunds', ...refunds],
    ['HSET', 'orders:totals', 'count', ADDED, 'cancelled', 212],
    ['SET', 'orders:last-number', 100_000 + ADDED],
  ]
}
