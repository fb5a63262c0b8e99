import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { Fallen } from '../../../shared/model/last-words'
import { fromBuffer } from '../../redis/bytes'
import type { LookedConsumer } from '../../redis/stream-look'

/** Of one group so many are kept. */
export const MOST_OF_GROUP = 12
/** Signs of life are told to some milliseconds; what lies closer together is one moment. */
export const SLACK_MS = 2_000

/** A consumer that fell silent while it held something. */
export interface Death extends Fallen {
  /** Which entries it held was asked for. */
  readonly isAsked: boolean
}

/** Times by the server's clock, ms since 1970. */
export interface SilenceOptions {
  readonly atMs: number
  /** Since when the group is watched. */
  readonly firstMs: number
  readonly stalledAfterMs: number
}

/** By a look at a group's consumers: which of those that are known came `back`, and who is found `silent` with something in hand. */
export function nameSilent(
  deaths: readonly Death[],
  consumers: readonly LookedConsumer[],
  { atMs, firstMs, stalledAfterMs }: SilenceOptions,
): { readonly back: ReadonlySet<Death>; readonly silent: readonly Death[] } {
  const known = new Map<string, Death>(deaths.map((one) => [bytesKey(one.consumer), one]))
  const back = new Set<Death>()
  const silent: Death[] = []
  for (const { name, idleMs, pending: held } of consumers) {
    if (name === null) continue
    const consumer: Bytes = fromBuffer(name)
    const silentSinceMs = atMs - idleMs
    const before = known.get(bytesKey(consumer))
    const isSilent = idleMs > stalledAfterMs
    if (before && isSilent && silentSinceMs <= before.silentSinceMs + SLACK_MS) continue
    if (before) back.add(before)
    if (!isSilent || held === 0) continue
    const wasWatched = silentSinceMs >= firstMs
    silent.push({ consumer, silentSinceMs, held, wasWatched, entries: null, entriesAtMs: null, isAsked: false })
  }
  return { back, silent }
}

/**
 * The latest of all, first. Of those that fell silent at once, by the name, and whoever is kept stays: told to some milliseconds, they would take
 * each other's place with each look, and be asked for again. Gives `kept` itself where nothing is new.
 */
export function latestDeaths(kept: readonly Death[], silent: readonly Death[]): readonly Death[] {
  const all = [...kept]
  let isNew = false
  for (const death of silent.toSorted(inOrder)) {
    if (all.length >= MOST_OF_GROUP) {
      const earliest = all.toSorted(inOrder).at(-1)
      if (!earliest || death.silentSinceMs <= earliest.silentSinceMs + SLACK_MS) break
      all.splice(all.indexOf(earliest), 1)
    }
    all.push(death)
    isNew = true
  }
  return isNew ? all.toSorted(inOrder) : kept
}

/** As it is told to others. */
export function toldOf({ isAsked: _isAsked, ...fallen }: Death): Fallen {
  return fallen
}

function inOrder(a: Death, b: Death): number {
  if (a.silentSinceMs !== b.silentSinceMs) return b.silentSinceMs - a.silentSinceMs
  return bytesKey(a.consumer) < bytesKey(b.consumer) ? -1 : 1
}
