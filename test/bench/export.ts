import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { Redis } from 'ioredis'
import { nextId } from '../../shared/entry-id'
import type { ExportFormatId } from '../../shared/model/export'
import { startRedis } from '../helpers/redis-server'
import { startWebHost, type WebHost } from '../helpers/web-host'
import { atLeast, atMost, timed, type Figure } from './figures'
import { connectToHost, type HostClient } from './host-client'
import { peakMemoryMb } from './host-memory'

const KEY = 'exported'
const PAGE = 1_000
const MOST_MB = 250

/** What an export costs over the bare commands, as JSON Lines and as a script, and what the host takes for it. */
export async function measureExport(entries: number, say: (line: string) => void): Promise<readonly Figure[]> {
  const redis = await startRedis()
  const host = await startWebHost()
  const { client, session, close } = await connectToHost(host)
  try {
    const bare = redis.client()
    await seed(bare, entries)
    say(`seeded ${entries} entries of some 200 B`)
    const { id: connectionId } = await client.connection.save({
      profile: redis.connection({ name: 'bench' }),
      secrets: { password: null },
    })
    await client.connection.open({ connectionId })
    // Once before, so that neither side is the first to be compiled.
    await loop(bare, entries / 10)
    const before = peakMemoryMb(host.pid)
    const figures: Figure[] = []
    for (const format of ['jsonl', 'redis-cli', 'csv'] as const) {
      const theirs = await timed(() => loop(bare, entries))
      const ours = await timed(() => exported({ client, session, host }, { connectionId, entries, format }))
      figures.push({
        ...{ name: `export of ${entries} entries (${format}), against a bare XRANGE loop`, value: theirs / ours },
        ...{ unit: '×', aim: format === 'jsonl' ? atLeast(0.5) : null },
        from: `${(theirs / 1_000).toFixed(1)} s / ${(ours / 1_000).toFixed(1)} s`,
      })
    }
    const peak = peakMemoryMb(host.pid)
    if (peak === null) return figures
    const from = `${(before ?? 0).toFixed(0)} MB before`
    return [
      ...figures,
      { name: 'host, most memory during the exports', value: peak, unit: 'MB', aim: atMost(MOST_MB), from },
    ]
  } finally {
    close()
    await host.stop()
    await redis.stop()
  }
}

async function seed(bare: Redis, entries: number): Promise<void> {
  for (let from = 0; from < entries; from += 5_000) {
    const line = bare.pipeline()
    for (let n = from; n < from + 5_000; n += 1) {
      const body = JSON.stringify({ order: n, sku: `A-${n % 977}`, total: n / 100, note: 'x'.repeat(90) })
      line.call('XADD', KEY, `${1_700_000_000_000 + n}-0`, 'type', 'order.created', 'id', String(n), 'body', body)
    }
    await line.exec()
  }
}

async function loop(bare: Redis, entries: number): Promise<void> {
  let seen = 0
  for (let from: string | null = '-'; from !== null && seen < entries;) {
    const page = (await bare.callBuffer('XRANGE', KEY, from, '+', 'COUNT', PAGE)) as [Buffer, Buffer[]][]
    seen += page.length
    const last = page.at(-1)?.[0].toString()
    from = last === undefined ? null : nextId(last)
  }
}

interface Served extends Pick<HostClient, 'client' | 'session'> {
  readonly host: WebHost
}

/** Fetches it as a browser does, and keeps none of it. */
async function exported(
  { client, session: { cookie }, host }: Served,
  { connectionId, entries, format }: { connectionId: string; entries: number; format: ExportFormatId },
): Promise<void> {
  const source = { kind: 'entries' as const, order: 'oldest' as const }
  let rows = 0
  let fetched: Promise<number> = Promise.resolve(0)
  for await (const event of await client.export.save({ connectionId, key: KEY, format, as: 'raw', source })) {
    if (event.kind === 'begun' && event.target.kind === 'offered') {
      const headers = { cookie: `${cookie.name}=${cookie.value}` }
      const [response] = (await once(get(`${host.origin}${event.target.path}`, { headers }), 'response')) as [
        IncomingMessage,
      ]
      fetched = sizeOf(response)
    } else if (event.kind === 'end') rows = event.rows
  }
  if (rows !== entries || (await fetched) === 0) throw new Error(`${rows} of ${entries} rows were exported`)
}

async function sizeOf(response: IncomingMessage): Promise<number> {
  let bytes = 0
  for await (const chunk of response) bytes += (chunk as Buffer).length
  return bytes
}
