import type { WorkloadLine } from '../../redis/workload-client'
import { createRandom, type Random } from '../random'
import { telemetryFields } from './bodies'
import { add, createGroup, hold, HOUR, MINUTE, readAndAck, SECOND, upTo, type FieldList, type Seed } from './lines'

export const SITES = ['berlin', 'lisbon', 'nagoya', 'tel-aviv', 'toronto'] as const

interface Small {
  readonly key: string
  readonly group: string | null
  fields(random: Random, n: number): FieldList
}

/** Some 150 small streams in folders within folders, and plain keys among them, so that the tree looks like a real one. */
export function smallStreamsSeed(now: number): Seed {
  const random = createRandom(60)
  return { lines: [...streams().flatMap((small) => streamLines(small, random, now)), ...otherKeys(random)] }
}

function streams(): readonly Small[] {
  const rooms = upTo(18).map((n): Small => ({ key: `chat:room:${100 + n}`, group: null, fields: chatFields }))
  const sensors = SITES.flatMap((site) =>
    upTo(12).map((n): Small => ({
      key: `telemetry:${site}:sensor-${n + 1}`,
      group: n % 3 ? null : 'rollup',
      fields: telemetryFields,
    })),
  )
  const queues = ['mail', 'thumbnails', 'reports', 'webhooks', 'search-index'].map((queue): Small => ({
    key: `bull:${queue}:events`,
    group: null,
    fields: bullFields,
  }))
  const changes = ['customers', 'addresses', 'invoices', 'stock'].flatMap((table) =>
    ['eu', 'us', 'apac'].map((region): Small => ({
      key: `cdc:${region}:public.${table}`,
      group: 'warehouse',
      fields: changeFields,
    })),
  )
  const audits = ['auth', 'billing', 'admin', 'api'].flatMap((service) =>
    ['staging', 'prod'].flatMap((stage) =>
      ['access', 'errors', 'audit', 'deploys', 'cron', 'health', 'jobs'].map((kind): Small => ({
        key: `logs:${stage}:${service}:${kind}`,
        group: kind === 'errors' ? 'pager' : null,
        fields: logFields,
      })),
    ),
  )
  return [...rooms, ...sensors, ...queues, ...changes, ...audits]
}

function streamLines({ key, group, fields }: Small, random: Random, now: number): readonly WorkloadLine[] {
  const length = random.int(3, 24)
  const interval = random.int(60, 90) * SECOND
  const ids = upTo(length).map((n) => `${now - HOUR - (length - n) * interval}-0`)
  const added = ids.map((id, n) => add(key, id, fields(random, n)))
  if (group === null) return added
  const lag = random.int(0, 2)
  const pending = random.chance(0.3) ? ids.slice(-lag - 1, length - lag) : []
  return [
    ...added,
    createGroup(key, group),
    readAndAck(key, group, `${group}-1`, length - lag),
    ...hold(key, group, `${group}-1`, pending, { at: now - random.int(1, 50) * MINUTE }),
  ]
}

function otherKeys(random: Random): readonly WorkloadLine[] {
  return upTo(400).map((n): WorkloadLine => {
    if (n % 4 === 0)
      return ['HSET', `session:${n}`, 'user', random.int(1, 999), 'csrf', random.bytes(8).toString('hex')]
    if (n % 4 === 1) return ['SADD', `tags:${n}`, 'new', 'sale']
    return n % 4 === 2 ? ['SET', `cache:page:${n}`, '<html>'] : ['ZADD', `leaderboard:${n}`, random.int(1, 99), 'ada']
  })
}

const chatFields = (random: Random): FieldList => [
  ['from', random.pick(['ada', 'grace', 'נועה', '葵', 'Łukasz'])],
  ['text', random.pick(['hi!', 'on my way 🚲', 'מה שלומך?', 'see you tomorrow', 'ありがとう', 'who broke the build?'])],
]

const bullFields = (random: Random, n: number): FieldList => {
  const event = random.pick(['added', 'active', 'completed', 'failed'])
  const job: FieldList = [
    ['event', event],
    ['jobId', n + 1],
  ]
  if (event === 'completed') return [...job, ['returnvalue', JSON.stringify({ ok: true, ms: random.int(2, 900) })]]
  return event === 'active' ? [...job, ['prev', 'waiting']] : job
}

const changeFields = (random: Random, n: number): FieldList => [
  ['key', JSON.stringify({ id: n + 1 })],
  [
    'value',
    JSON.stringify({
      op: random.pick(['c', 'u', 'd']),
      ts_ms: 1_700_000_000_000 + n,
      after: { id: n + 1, name: `row ${n}` },
    }),
  ],
]

const logFields = (random: Random): FieldList => [
  ['level', random.pick(['info', 'info', 'warn', 'error'])],
  ['msg', random.pick(['request done', 'slow query', 'connection reset by peer', 'token refreshed'])],
  ['ms', random.int(1, 4_000)],
]
