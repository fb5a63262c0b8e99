import { setMaxListeners } from 'node:events'
import type { Logger } from 'pino'
import { createWorkloadClient, type WorkloadClient, type WorkloadTarget } from '../../redis/workload-client'
import { createRandom, type Random } from '../random'
import { jobFields, nestFields, orderFields, telemetryFields, userEventFields } from '../seeds/bodies'
import { WORK_GROUP, WORK_QUEUE, WORKERS } from '../seeds/event-guide'
import { ORDERS } from '../seeds/orders'
import { DATA_STREAMS } from '../seeds/recoverable-consumers'
import { SITES } from '../seeds/small-streams'
import { EXAMPLE, EXAMPLE_CONSUMERS, EXAMPLE_GROUPS } from '../seeds/two-groups'
import { every, recoverWork, renewLocks, retryPoison } from './background-tasks'
import { consume, type ConsumerPlan } from './consumer'
import { produce, type Outlet } from './producer'

export interface Workload {
  stop(): void
}

/** worker-3 of billing and packer-7 of shipping stay dead; the rest works, audit too slowly to keep up. */
const CONSUMERS: readonly ConsumerPlan[] = [
  { key: ORDERS, group: 'billing', name: 'worker-1', batch: 5, entryMs: 60 },
  { key: ORDERS, group: 'billing', name: 'worker-2', batch: 5, entryMs: 90 },
  { key: ORDERS, group: 'billing', name: 'worker-4', batch: 20, entryMs: 40, crashes: 0.02 },
  { key: ORDERS, group: 'shipping', name: 'packer-1', batch: 4, entryMs: 120 },
  { key: ORDERS, group: 'shipping', name: 'packer-3', batch: 4, entryMs: 150 },
  { key: ORDERS, group: 'shipping', name: 'packer-4', batch: 4, entryMs: 180 },
  { key: ORDERS, group: 'audit', name: 'auditor-1', batch: 10, entryMs: 250 },
  { key: ORDERS, group: 'analytics', name: 'analytics-1', batch: 50, entryMs: 0 },
  { key: ORDERS, group: 'analytics', name: 'analytics-2', batch: 50, entryMs: 0 },
  { key: EXAMPLE, group: EXAMPLE_GROUPS[0], name: EXAMPLE_CONSUMERS[0], batch: 10, entryMs: 20 },
  { key: EXAMPLE, group: EXAMPLE_GROUPS[1], name: 'example-consumer-3', batch: 10, entryMs: 450 },
  { key: WORK_QUEUE, group: WORK_GROUP, name: WORKERS[0], batch: 3, entryMs: 200 },
  { key: WORK_QUEUE, group: WORK_GROUP, name: WORKERS[1], batch: 3, entryMs: 200, crashes: 0.03 },
  { key: WORK_QUEUE, group: WORK_GROUP, name: WORKERS[2], batch: 3, entryMs: 300 },
]

/**
 * Producers and consumers over connections of their own: some 30 entries a second in all, every stream bounded. What they
 * write and when they crash follows a fixed seed; when it happens follows the clock.
 */
export async function startWorkload(target: WorkloadTarget, log: Logger): Promise<Workload> {
  const ending = new AbortController()
  const clients: WorkloadClient[] = []
  const connect = async (name: string): Promise<WorkloadClient> => {
    const client = createWorkloadClient(target, name, (error) =>
      log.debug({ err: error, client: name }, 'a workload connection failed'),
    )
    clients.push(client)
    await client.open()
    return client
  }
  const stop = (): void => {
    ending.abort()
    for (const client of clients) client.close()
  }

  try {
    const { signal } = ending
    setMaxListeners(0, signal) // every worker pauses on it
    const [producer, chores] = await Promise.all([connect('shop-producer'), connect('shop-chores')])
    const readers = await Promise.all(CONSUMERS.map(({ name }) => connect(name)))
    void produce(producer, outlets(createRandom(100)), log, signal)
    void every(35_000, log, signal, () => retryPoison(chores))
    void every(10_000, log, signal, () => renewLocks(chores))
    void every(15_000, log, signal, () => recoverWork(chores))
    readers.forEach((client, at) => {
      const plan = CONSUMERS[at]
      if (plan) void consume(plan, { client, random: createRandom(200 + at), log, signal })
    })
  } catch (error) {
    stop()
    throw error
  }
  return { stop }
}

function outlets(random: Random): readonly Outlet[] {
  let number = 20_000
  const next = (): number => (number += 1)
  const sensor = (): string => `telemetry:${random.pick(SITES)}:sensor-${random.int(1, 12)}`
  const session = (): string => DATA_STREAMS[random.int(0, DATA_STREAMS.length - 1)] ?? 'checkout-session'
  const step = ['basket', 'address', 'payment', 'confirm'] as const
  return [
    { key: () => ORDERS, fields: () => orderFields(random, next()), perSecond: 6, maxLength: 100_000 },
    { key: sensor, fields: () => telemetryFields(random), perSecond: 10, maxLength: 2_000 },
    { key: () => EXAMPLE, fields: () => nestFields(random, next()), perSecond: 3, maxLength: 20_000 },
    { key: () => WORK_QUEUE, fields: () => jobFields(random, next()), perSecond: 3, maxLength: 10_000 },
    { key: () => 'user_events', fields: () => userEventFields(random), perSecond: 3, maxLength: 10_000 },
    {
      key: session,
      fields: () => [
        ['step', random.pick(step)],
        ['ms', random.int(3, 900)],
      ],
      perSecond: 4,
      maxLength: 2_000,
    },
    {
      key: () => 'notifications',
      fields: () => [
        ['type', 'alert'],
        ['user_id', random.int(100, 999)],
        ['text', `A new sign-in from ${random.pick(['Lisbon', 'Kraków', '大阪', 'חיפה'])}`],
      ],
      perSecond: 1,
      maxLength: 5_000,
    },
  ]
}
