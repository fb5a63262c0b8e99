import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { AppErrorInfo } from '../../../shared/error-data'
import { AppError, isAppError } from '../../../shared/error'
import type { ServerInfo } from '../../../shared/model/connection'
import type { DiscoveryEvent } from '../../../shared/model/stream'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { RedisClient } from '../../redis/client'
import type { Reader } from '../../redis/reader-writer'
import type { Topology } from '../../redis/topology'
import { keyType } from '../../redis/key-type'
import { MONITORING, sentBy } from '../../redis/sent-by'
import { scanStreams } from '../../redis/scan'
import { databaseSize } from '../../redis/server'
import { errorInfo } from '../lib/error-info'
import { createNotifier, type Notifier } from '../lib/notifier'

/** Keys per event at most. */
const CHUNK = 1000
const SCAN_COUNT = 1000
/** Names of streams that one search keeps, in bytes of memory. */
const MOST_NAME_BYTES = 128 * 1024 * 1024
/** Of each name beside its own: it is kept twice, in a list and in a set. */
const BYTES_PER_NAME = 100
/** A SCAN that takes more than so many, of 1 000 slots each, has no end. */
const MOST_STEPS = 1_000_000
/** Progress is told this often at most; the first streams at once. */
const TELL_EVERY_MS = 50
/** While slots go on moving. */
const MOST_ROUNDS = 5

export interface Discovery {
  /**
   * Joins the connection's search, or starts one where there is none, `fresh` or the last one failed. All found so far
   * comes first, what Sluice itself makes later on too. Ends when another search takes its place. Leaving does not stop it.
   */
  discover(connectionId: string, fresh: boolean, signal?: AbortSignal): AsyncGenerator<DiscoveryEvent, void>
  stop(connectionId: string): void
  /** Adds those of these keys that are streams to what the connection's search has found, if there is one. */
  look(connectionId: string, keys: readonly Bytes[]): void
  /** Stops all searches. */
  close(): void
}

export interface DiscoveryOptions {
  readonly topology: (connectionId: string) => Topology
  readonly server: (connectionId: string) => ServerInfo
  readonly log: Logger
  readonly mostNameBytes?: number
}

interface Search {
  readonly topology: Topology
  /** A connection that was opened anew may be to another server. */
  readonly primaries: readonly RedisClient[]
  readonly keys: Bytes[]
  /** The same, to tell what was found before. */
  readonly seen: Set<string>
  readonly mostNameBytes: number
  nameBytes: number
  readonly changed: Notifier
  readonly ended: AbortController
  /** Another one has taken its place. */
  readonly left: AbortController
  state: DiscoveryEvent['state']
  scanned: number
  total: number | null
  error: AppErrorInfo | null
}

export function createDiscovery({
  topology,
  server,
  log,
  mostNameBytes = MOST_NAME_BYTES,
}: DiscoveryOptions): Discovery {
  const searches = new Map<string, Search>()
  const leave = (search: Search | undefined): void => {
    if (!search) return
    end(search, 'stopped')
    search.left.abort()
    search.changed.notify()
  }
  const join = (connectionId: string, fresh: boolean): Search => {
    const mine = topology(connectionId)
    const found = searches.get(connectionId)
    if (found && !fresh && isSame(found.primaries, mine.primaries()) && found.state !== 'failed') return found
    leave(found)
    const search = startSearch(mine, server(connectionId).capabilities.scanType.available, { log, mostNameBytes })
    searches.set(connectionId, search)
    return search
  }
  return {
    async *discover(connectionId, fresh, signal) {
      yield* follow(join(connectionId, fresh), signal)
    },
    stop(connectionId) {
      const search = searches.get(connectionId)
      if (search) end(search, 'stopped')
    },
    look(connectionId, keys) {
      const search = searches.get(connectionId)
      if (search) void sentBy(MONITORING, () => look(search, keys))
    },
    close() {
      for (const search of searches.values()) leave(search)
      searches.clear()
    },
  }
}

function isSame(a: readonly RedisClient[], b: readonly RedisClient[]): boolean {
  return a.length === b.length && a.every((client, at) => client === b[at])
}

function startSearch(
  topology: Topology,
  withType: boolean,
  { log, mostNameBytes }: Pick<DiscoveryOptions, 'log'> & { readonly mostNameBytes: number },
): Search {
  const search: Search = {
    topology,
    primaries: topology.primaries(),
    keys: [],
    seen: new Set(),
    ...{ mostNameBytes, nameBytes: 0 },
    changed: createNotifier(),
    ended: new AbortController(),
    left: new AbortController(),
    state: 'scanning',
    scanned: 0,
    total: null,
    error: null,
  }
  void sentBy(MONITORING, () => run(search, withType, log))
  return search
}

/** All primaries side by side. */
async function run(search: Search, withType: boolean, log: Logger): Promise<void> {
  const readers = search.primaries.map(({ reader }) => reader)
  try {
    void countKeys(search, readers)
    await scanAll(search, withType)
    if (search.state !== 'scanning') return
    search.scanned = search.total ?? search.scanned
    end(search, 'done')
  } catch (error) {
    if (!isAppError(error)) log.error({ err: error }, 'a search for streams failed')
    if (search.state === 'scanning') search.error = errorInfo(error)
    end(search, 'failed')
  }
}

/** Once more where slots have moved meanwhile: a key may have gone from a node not yet searched to one that had been. */
async function scanAll(search: Search, withType: boolean): Promise<void> {
  const { topology } = search
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const layout = await topology.layout()
    const readers = topology.primaries().map(({ reader }) => reader)
    // One that does not answer keeps nobody from finding what lies on the others.
    const scans = await Promise.allSettled(readers.map((reader) => scanOne(search, reader, withType)))
    if (search.state !== 'scanning') return
    const failed = scans.find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
    if ((await topology.layout()) === layout) return
  }
}

/** One SCAN in flight, so that other commands come in between. Throws TOO_LARGE, and ODD_REPLY for one that never ends. */
async function scanOne(search: Search, reader: Reader, withType: boolean): Promise<void> {
  let cursor = '0'
  let steps = 0
  do {
    steps += 1
    const step = await scanStreams(reader, cursor, SCAN_COUNT, withType)
    if (search.state !== 'scanning') return
    // As text, since a Buffer keeps the whole reply it came in.
    for (const raw of step.keys) add(search, fromBuffer(raw))
    if (search.nameBytes > search.mostNameBytes)
      throw new AppError('TOO_LARGE', { what: 'names', mostBytes: search.mostNameBytes })
    // From the same cursor on it would go round for ever.
    if (step.cursor !== '0' && (step.cursor === cursor || steps === MOST_STEPS)) throw new AppError('ODD_REPLY', {})
    cursor = step.cursor
    search.scanned += step.scanned
    search.changed.notify()
  } while (cursor !== '0')
}

function add(search: Search, key: Bytes): void {
  const name = bytesKey(key)
  if (search.seen.has(name)) return
  search.seen.add(name)
  search.keys.push(key)
  search.nameBytes += name.length + BYTES_PER_NAME
}

/** What can't be told just now is found by the next search. */
async function look(search: Search, keys: readonly Bytes[]): Promise<void> {
  const known = search.keys.length
  for (const key of keys) {
    if (search.seen.has(bytesKey(key))) continue
    const raw = toBuffer(key)
    const type = await keyType(search.topology.clientOf(raw).reader, raw).catch(() => null)
    if (type === 'stream') add(search, key)
  }
  if (search.keys.length > known) search.changed.notify()
}

function end(search: Search, state: 'done' | 'stopped' | 'failed'): void {
  if (search.state !== 'scanning') return
  search.state = state
  search.changed.notify()
  search.ended.abort()
}

/** DBSIZE is a guide only: where it is refused, the search goes on without. */
async function countKeys(search: Search, readers: readonly Reader[]): Promise<void> {
  const sizes = await Promise.all(readers.map(databaseSize)).catch(() => null)
  search.total = sizes === null ? null : sizes.reduce((sum, size) => sum + size, 0)
}

async function* follow(search: Search, signal?: AbortSignal): AsyncGenerator<DiscoveryEvent, void> {
  let given = 0
  while (!signal?.aborted) {
    const keys = search.keys.slice(given, given + CHUNK)
    given += keys.length
    const event = toEvent(search, keys, given === search.keys.length)
    yield event
    if (given < search.keys.length || event.state !== search.state) continue
    if (!search.left.signal.aborted) await search.changed.next(signal)
    if (search.left.signal.aborted && given === search.keys.length && event.state === search.state) return
    if (given > 0 && search.state === 'scanning')
      await gather(signal ? [search.ended.signal, signal] : [search.ended.signal])
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
