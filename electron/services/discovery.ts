import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { bytesKey, type Bytes } from '../../shared/bytes'
import { isAppError, type AppErrorInfo } from '../../shared/error'
import type { ServerInfo } from '../../shared/model/connection'
import type { DiscoveryEvent } from '../../shared/model/stream'
import { fromBuffer } from '../redis/bytes'
import type { Reader, RedisClient } from '../redis/client'
import { scanStreams } from '../redis/scan'
import { databaseSize } from '../redis/server'
import { errorInfo } from './error-info'
import { createNotifier, type Notifier } from './notifier'

/** Keys per event at most. */
const CHUNK = 1000
const SCAN_COUNT = 1000
/** Progress is told this often at most; the first streams at once. */
const TELL_EVERY_MS = 50

export interface Discovery {
  /**
   * Joins the connection's search, or starts one where there is none, `fresh` or the last one failed. All found so far
   * comes first. Ends after the event that is not `scanning`. Leaving does not stop the search.
   */
  discover(connectionId: string, fresh: boolean, signal?: AbortSignal): AsyncGenerator<DiscoveryEvent, void>
  stop(connectionId: string): void
  /** Stops all searches. */
  close(): void
}

export interface DiscoveryOptions {
  readonly client: (connectionId: string) => RedisClient
  readonly server: (connectionId: string) => ServerInfo
  readonly log: Logger
}

interface Search {
  /** A connection that was opened anew may be to another server. */
  readonly client: RedisClient
  readonly keys: Bytes[]
  readonly changed: Notifier
  readonly ended: AbortController
  state: DiscoveryEvent['state']
  scanned: number
  total: number | null
  error: AppErrorInfo | null
}

export function createDiscovery({ client, server, log }: DiscoveryOptions): Discovery {
  const searches = new Map<string, Search>()
  const stop = (search: Search | undefined): void => {
    if (search) end(search, 'stopped')
  }
  const join = (connectionId: string, fresh: boolean): Search => {
    const mine = client(connectionId)
    const found = searches.get(connectionId)
    if (found && !fresh && found.client === mine && found.state !== 'failed') return found
    stop(found)
    const search = startSearch(mine, server(connectionId).capabilities.scanType.available, log)
    searches.set(connectionId, search)
    return search
  }
  return {
    async *discover(connectionId, fresh, signal) {
      yield* follow(join(connectionId, fresh), signal)
    },
    stop: (connectionId) => stop(searches.get(connectionId)),
    close() {
      for (const search of searches.values()) stop(search)
      searches.clear()
    },
  }
}

function startSearch(client: RedisClient, withType: boolean, log: Logger): Search {
  const search: Search = {
    client,
    keys: [],
    changed: createNotifier(),
    ended: new AbortController(),
    state: 'scanning',
    scanned: 0,
    total: null,
    error: null,
  }
  void run(search, client.reader, withType, log)
  return search
}

/** One SCAN in flight, so that other commands come in between. */
async function run(search: Search, reader: Reader, withType: boolean, log: Logger): Promise<void> {
  const seen = new Set<string>()
  try {
    void countKeys(search, reader)
    let cursor = '0'
    do {
      const step = await scanStreams(reader, cursor, SCAN_COUNT, withType)
      if (search.state !== 'scanning') return
      for (const raw of step.keys) {
        // As text, since a Buffer keeps the whole reply it came in.
        const key = fromBuffer(raw)
        const name = bytesKey(key)
        if (seen.has(name)) continue
        seen.add(name)
        search.keys.push(key)
      }
      cursor = step.cursor
      search.scanned += step.scanned
      search.changed.notify()
    } while (cursor !== '0')
    search.scanned = search.total ?? search.scanned
    end(search, 'done')
  } catch (error) {
    if (!isAppError(error)) log.error({ err: error }, 'a search for streams failed')
    if (search.state === 'scanning') search.error = errorInfo(error)
    end(search, 'failed')
  }
}

function end(search: Search, state: 'done' | 'stopped' | 'failed'): void {
  if (search.state !== 'scanning') return
  search.state = state
  search.changed.notify()
  search.ended.abort()
}

/** DBSIZE is a guide only: where it is refused, the search goes on without. */
async function countKeys(search: Search, reader: Reader): Promise<void> {
  search.total = await databaseSize(reader).catch(() => null)
}

async function* follow(search: Search, signal?: AbortSignal): AsyncGenerator<DiscoveryEvent, void> {
  let given = 0
  while (!signal?.aborted) {
    const keys = search.keys.slice(given, given + CHUNK)
    given += keys.length
    const event = toEvent(search, keys, given === search.keys.length)
    yield event
    if (event.state !== 'scanning') return
    if (search.state !== 'scanning' || given < search.keys.length) continue
    await search.changed.next(signal)
    if (given > 0) await gather(signal ? [search.ended.signal, signal] : [search.ended.signal])
  }
}

/** Lets changes gather for a moment, but the last one not wait. */
async function gather(until: AbortSignal[]): Promise<void> {
  await delay(TELL_EVERY_MS, undefined, { signal: AbortSignal.any(until) }).catch(() => undefined)
}

function toEvent(search: Search, keys: Bytes[], complete: boolean): DiscoveryEvent {
  const { state, scanned, total, error } = search
  return {
    state: complete ? state : 'scanning',
    scanned: total === null ? scanned : Math.min(scanned, total),
    total,
    found: search.keys.length,
    keys,
    error: complete ? error : null,
  }
}
