import type { GroupSource } from '../../../redis/source'
import type { ObservedRow } from '../../inspection/observe-pending'
import { readStreamMark, type StreamMark } from '../../inspection/stream-mark'
import { judgeStream } from '../../journal/stream-identity'

/** What a plan saw of an entry that was ticked. */
export type TickedHolding = Pick<ObservedRow, 'consumer' | 'deliveries'>

/** With the same consumer, after as many deliveries. */
export function isHeldAsSeen(seen: TickedHolding | undefined, now: TickedHolding): boolean {
  return seen !== undefined && now.consumer.equals(seen.consumer) && now.deliveries === seen.deliveries
}

/**
 * With the same consumer, after more deliveries. One that is under retry is delivered again and again, and whoever ticked
 * it means that very one.
 */
export function isDeliveredAgain(seen: TickedHolding | undefined, now: TickedHolding): boolean {
  return seen !== undefined && now.consumer.equals(seen.consumer) && now.deliveries > seen.deliveries
}

/** Whether a row is as it was read; for one that was ticked, a delivery more to the same consumer is that as well. */
export function isAsRead(read: ObservedRow, now: TickedHolding): boolean {
  return isHeldAsSeen(read, now) || (read.orMore === true && isDeliveredAgain(read, now))
}

/** Whether stream and group are those of then, and were not made anew with entries that look the same. By reading only. */
export async function isKnownAgain({ reader, key, group }: GroupSource, then: StreamMark | undefined) {
  if (then === undefined) return false
  const now = await readStreamMark(reader, key, {
    ...{ group, consumers: true, known: true },
    ids: (then.bodies ?? []).map(([id]) => id),
  })
  if (now === null || now === 'gone') return false
  const { contradiction, doubts, unmet } = judgeStream(then, now, null)
  return contradiction === null && unmet === null && doubts.length === 0
}
