import { bytesKey, type Bytes } from '../../../shared/bytes'
import { STREAM_HEALTH } from '../../../shared/judgement/stream-health'
import type { KnownStream } from './known-streams'
import { CHUNK } from './reading-order'

const MOST_PER_BEAT = 3 * CHUNK
/** So that much trouble does not keep the rest from being read at all. */
const MOST_TROUBLED = 2 * CHUNK

/**
 * What one beat reads again, at most 600: what is on a screen, then trouble, then the rest; of each, what was read the
 * longest ago. `known`: in that order.
 */
export function readAgainNext(shown: readonly Bytes[], known: ReadonlyMap<string, KnownStream>): readonly Bytes[] {
  const again = new Map(shown.map((key) => [bytesKey(key), key]))
  const untilRest = again.size + MOST_TROUBLED
  for (const isTroubled of [true, false]) {
    for (const [id, { report }] of known) {
      if (again.size >= (isTroubled ? untilRest : MOST_PER_BEAT)) break
      if ((STREAM_HEALTH[report.state] === 'bad') === isTroubled) again.set(id, report.summary.key)
    }
  }
  return [...again.values()].slice(0, MOST_PER_BEAT)
}
