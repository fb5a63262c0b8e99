import type { Bytes } from '../../../shared/bytes'
import { displayName } from '../../../shared/format/display-name'
import { matcher } from '../../../shared/glob'
import type { ServerInfo } from '../../../shared/model/connection'
import { abortable } from '../../redis/abortable'
import { fromBuffer } from '../../redis/bytes'
import { scanStreams } from '../../redis/scan'
import type { Topology } from '../../redis/topology'

/** Streams that one run of a rule looks at, at most. */
const MOST_STREAMS = 1_000
/** Steps of SCAN at most, of 1 000 slots each, on each server. */
const MOST_STEPS = 2_000
/** A server is not searched more often than that. */
const SEARCH_EVERY_MS = 60_000

export interface Matching {
  readonly keys: readonly Bytes[]
  /** There may be more. */
  readonly isCapped: boolean
}

export interface MatchingOptions {
  readonly topology: (connectionId: string) => Topology
  readonly server: (connectionId: string) => ServerInfo
  readonly now: () => number
  readonly mostStreams?: number
  /** False: each pattern is asked for once, and searched anew. */
  readonly remembers?: boolean
}

export interface MatchingSearch {
  /** True: what was found a moment ago won't do. */
  readonly fresh?: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * The streams whose names match a pattern, as they are shown. Without `*` and `?` it is a name, and nothing is searched: there may be
 * none of that name. Throws what SCAN throws, and the signal's reason.
 */
export function createMatchingStreams(options: MatchingOptions) {
  const { topology, server, now, mostStreams = MOST_STREAMS, remembers = true } = options
  const found = new Map<string, Matching & { readonly by: Topology; readonly atMs: number }>()

  async function search(
    by: Topology,
    pattern: string,
    connectionId: string,
    signal: AbortSignal | undefined,
  ): Promise<Matching> {
    const isMatch = matcher(pattern)
    const withType = server(connectionId).capabilities.scanType.available
    const keys = new Map<string, Bytes>()
    for (const primary of by.primaries()) {
      const reader = abortable(primary.reader, signal)
      let cursor = '0'
      for (let step = 0; ; step += 1) {
        if (step === MOST_STEPS || keys.size > mostStreams) {
          return { keys: [...keys.values()].slice(0, mostStreams), isCapped: true }
        }
        const next = await scanStreams(reader, cursor, 1_000, withType)
        for (const key of next.keys) {
          const name = fromBuffer(key)
          if (isMatch(displayName(name))) keys.set(key.toString('latin1'), name)
        }
        cursor = next.cursor
        if (cursor === '0') break
      }
    }
    return { keys: [...keys.values()], isCapped: false }
  }

  return async (
    connectionId: string,
    pattern: string,
    { fresh = false, signal }: MatchingSearch = {},
  ): Promise<Matching> => {
    if (!/[*?]/.test(pattern)) return { keys: [pattern], isCapped: false }
    const by = topology(connectionId)
    const memo = JSON.stringify([connectionId, pattern])
    const known = found.get(memo)
    if (known && !fresh && known.by === by && Math.abs(now() - known.atMs) < SEARCH_EVERY_MS) return known
    const searched = { ...(await search(by, pattern, connectionId, signal)), by, atMs: now() }
    if (remembers) found.set(memo, searched)
    return searched
  }
}
export type MatchingStreams = ReturnType<typeof createMatchingStreams>
