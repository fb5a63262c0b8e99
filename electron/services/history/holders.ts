import { bytesKey, type Bytes } from '../../../shared/bytes'
import { fromBuffer } from '../../redis/bytes'
import type { LookedConsumer } from '../../redis/stream-look'
import type { Figures } from './frames'

/** Consumers of a group that are kept by name, of those that hold something: what the others hold is what is left of the pending. */
export const MOST_HOLDERS = 8
/** Of all groups of a connection; of more groups no consumers are kept. Each takes some 6 bytes a step while it is at work. */
export const MOST_KEPT = 480
/** Signs of life are told to a second or so: one that differs by less is the same. */
const SLACK_SECONDS = 2

export interface Holder {
  readonly name: Bytes
  readonly figures: Figures
}

/** Those that hold most; one that was kept before gives way only to one that holds twice as much, so that series don't come and go. */
export function holdersOf(
  consumers: readonly LookedConsumer[],
  before: ReadonlyMap<string, Figures>,
  atMs: number,
): readonly Holder[] {
  return consumers
    .flatMap(({ name, pending, idleMs, inactiveMs }) => {
      if (name === null || pending === 0) return []
      const bytes = fromBuffer(name)
      const known = before.get(bytesKey(bytes))
      const seen = steady(Math.floor((atMs - idleMs) / 1_000), known?.[1])
      const active = inactiveMs === null ? NaN : steady(Math.floor((atMs - inactiveMs) / 1_000), known?.[2])
      return { name: bytes, figures: [pending, seen, active], rank: known ? pending * 2 : pending }
    })
    .sort((a, b) => b.rank - a.rank)
    .slice(0, MOST_HOLDERS)
    .map(({ name, figures }) => ({ name, figures }))
}

function steady(seconds: number, before: number | undefined): number {
  return before !== undefined && Math.abs(seconds - before) <= SLACK_SECONDS ? before : seconds
}
