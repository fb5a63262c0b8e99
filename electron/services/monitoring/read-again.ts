import { bytesKey, type Bytes } from '../../../shared/bytes'
import { STREAM_HEALTH } from '../../../shared/judgement/stream-health'
import type { KnownStream } from './known-streams'
import { CHUNK } from './reading-order'

/** More than any budget lets through between two beats: what is left of them is chosen anew with the next. */
const MOST_PER_BEAT = 50 * CHUNK

/**
 * What one beat reads again: what is on a screen, then trouble and the rest in turns, of each what was read the longest ago;
 * so nothing keeps the others from being read at all. `known`: in that order. What the ACL refuses is asked again only when
 * somebody wants it (`refused`): each refusal is a line of the server's log.
 */
export function readAgainNext(
  shown: readonly Bytes[],
  known: ReadonlyMap<string, KnownStream>,
  refused: 'too' | 'not' = 'not',
): readonly Bytes[] {
  const isLeftOut = (id: string): boolean => refused === 'not' && isRefused(known.get(id))
  const again = new Map(shown.map((key) => [bytesKey(key), key] as const).filter(([id]) => !isLeftOut(id)))
  const troubled: (readonly [string, Bytes])[] = []
  const rest: (readonly [string, Bytes])[] = []
  for (const [id, { report }] of known) {
    if (isLeftOut(id)) continue
    const queue = STREAM_HEALTH[report.state] === 'bad' ? troubled : rest
    if (queue.length < MOST_PER_BEAT) queue.push([id, report.summary.key])
  }
  for (let at = 0; at < Math.max(troubled.length, rest.length) && again.size < MOST_PER_BEAT; at += 1) {
    for (const next of [troubled[at], rest[at]]) if (next) again.set(...next)
  }
  return [...again.values()].slice(0, MOST_PER_BEAT)
}

function isRefused(stream: KnownStream | undefined): boolean {
  const error = stream?.report.summary.error
  return error?.code === 'REDIS' && prefixOf(error.data) === 'NOPERM'
}

function prefixOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'prefix' in data ? data.prefix : null
}
