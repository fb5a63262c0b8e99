import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { startRedis, type TestRedis } from '../helpers/redis-server'
import { startSlowLine } from '../helpers/slow-line'
import { atMost, type Figure } from './figures'
import type { HostClient } from './host-client'
import { follow, until } from './watching'

const STREAMS = 1_000
const KIB = 1024
/** Watched for so long, once all was read for the first time. */
const WATCHED_MS = 30_000

type Client = HostClient['client']

/** What a look costs that nobody asked for: streams that a page shows, while nobody does anything. */
export async function measureIdle(client: Client, say: (line: string) => void): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const [name, entryBytes, entries] of [
    ['of 100 B', 100, 50],
    ['of 100 KiB', 100 * KIB, 4],
  ] as const) {
    const redis = await startRedis()
    try {
      await seed(redis.client(), entryBytes, entries)
      say(`seeded ${STREAMS} streams of entries ${name}`)
      figures.push(...(await watchIdle(redis, client, name)))
    } finally {
      await redis.stop()
    }
  }
  figures.push(await measureSlowLine(client))
  return figures
}

async function seed(bare: Redis, entryBytes: number, entries: number): Promise<void> {
  const script = `local body = string.rep('x', ARGV[2])
    for i = ARGV[1], ARGV[1] + 99 do
      local key = 'idle:' .. i
      for n = 1, ARGV[3] do redis.call('XADD', key, '*', 'body', body) end
      redis.call('XGROUP', 'CREATE', key, 'g', '0')
      redis.call('XREADGROUP', 'GROUP', 'g', 'c' .. (i % 5), 'COUNT', 2, 'STREAMS', key, '>')
    end`
  for (let first = 0; first < STREAMS; first += 100) await bare.eval(script, 0, first, entryBytes, entries)
}

async function watchIdle(redis: TestRedis, client: Client, name: string): Promise<readonly Figure[]> {
  const bare = redis.client()
  const { id: connectionId } = await client.connection.save({
    profile: redis.connection({ name }),
    secrets: { password: null },
  })
  await client.connection.open({ connectionId })
  const readAtMs = new Map<string, number>()
  const leaving = new AbortController()
  const following = follow(client, connectionId, leaving.signal, readAtMs, 'idle:')
  await until(() => readAtMs.size === STREAMS)
  const before = await countersOf(bare)
  await delay(WATCHED_MS)
  const after = await countersOf(bare)
  leaving.abort()
  await following.catch(() => undefined)
  await client.connection.close({ connectionId })
  const perSecond = (key: keyof Counters): number => ((after[key] - before[key]) / WATCHED_MS) * 1_000
  return [
    {
      name: `idle on ${STREAMS} streams ${name}: commands a second`,
      value: perSecond('commands'),
      unit: '',
      aim: atMost(200),
      from: `those that scripts send included, over ${WATCHED_MS / 1_000} s`,
    },
    {
      name: `idle on ${STREAMS} streams ${name}: kB a second`,
      value: (perSecond('bytesOut') + perSecond('bytesIn')) / 1_000,
      unit: '',
      aim: atMost(30),
      from: 'as the server counts it, both ways',
    },
  ]
}

/** All figures of 200 streams with large entries, over a line of 200 ms and 4 Mbit/s. */
async function measureSlowLine(client: Client): Promise<Figure> {
  const redis = await startRedis()
  const line = await startSlowLine(redis, { delayMs: 100, bytesPerSecond: 500_000 })
  try {
    const bare = redis.client()
    const pipeline = bare.pipeline()
    for (let at = 0; at < 200; at += 1) {
      pipeline.xadd(`far:${at}`, '*', 'body', Buffer.alloc(at === 100 ? 1_200_000 : 2_000, 'x'))
      pipeline.xgroup('CREATE', `far:${at}`, 'g', '0')
    }
    await pipeline.exec()
    const endpoint = { kind: 'tcp', host: line.host, port: line.port } as const
    const profile = redis.connection({ name: 'far', endpoint })
    const { id: connectionId } = await client.connection.save({ profile, secrets: { password: null } })
    await client.connection.open({ connectionId })
    const began = performance.now()
    const readAtMs = new Map<string, number>()
    const leaving = new AbortController()
    const following = follow(client, connectionId, leaving.signal, readAtMs, 'far:')
    await until(() => readAtMs.size === 200)
    const seconds = (performance.now() - began) / 1_000
    leaving.abort()
    await following.catch(() => undefined)
    await client.connection.close({ connectionId })
    return {
      name: 'all figures of 200 streams over 200 ms and 4 Mbit/s',
      value: seconds,
      unit: 's',
      aim: atMost(15),
      from: 'from the connection being open; one of them has an entry of 1.2 MB',
    }
  } finally {
    await line.stop()
    await redis.stop()
  }
}

interface Counters {
  readonly commands: number
  readonly bytesOut: number
  readonly bytesIn: number
}

async function countersOf(bare: Redis): Promise<Counters> {
  const stats = await bare.info('stats')
  const of = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(stats)?.[1])
  return {
    commands: of('total_commands_processed'),
    bytesOut: of('total_net_output_bytes'),
    bytesIn: of('total_net_input_bytes'),
  }
}
