import { sameBytes, type Bytes } from '../../../../shared/bytes'
import { consumerHealth } from '../../../../shared/judgement/consumer-health'
import type { Message } from '../../../../shared/model/message'
import { message } from '../../../../shared/words/messages'
import { fromBuffer } from '../../../redis/bytes'
import type { EntriesSeen, PlanFacts } from '../action'
import type { ClaimHow } from '../claims/claim-sendings'

/**
 * What makes consumers work on entries that are claimed for them. XCLAIM changes the owner and tells nobody: XREADGROUP
 * with `>` never gives what is on a consumer's own pending list; with an id it does, and so do XAUTOCLAIM and CLAIM (8.4+).
 */
export function whoWorksOnThem(to: readonly Bytes[], { consumers }: Pick<PlanFacts, 'consumers'>): Message {
  const isThere = (name: Bytes): boolean => consumers.some((each) => sameBytes(fromBuffer(each.name), name))
  const [only, ...others] = to
  if (only === undefined || others.length > 0) return message('recovery.worked-on-by-each')
  return message(isThere(only) ? 'recovery.worked-on' : 'recovery.worked-on-by-new', { to: only })
}

const ROUNDED_TO = [
  [3_600_000, 600_000],
  [60_000, 60_000],
  [0, 1_000],
] as const

/** What a claim makes of the idle time, for clients that take entries by themselves. */
export function ofIdleTime(idle: ClaimHow['idle'], seen: EntriesSeen): Message {
  return idle === 'kept' ? message('recovery.idle-kept') : idleAnew(seen)
}

/**
 * A claim takes the idle time away by which clients take entries themselves: how much later that may be. Rounded up, so that a
 * plan that is left open says the same for a while.
 */
export function idleAnew({ mostIdleMs, complete }: EntriesSeen): Message {
  const [, step] = ROUNDED_TO.find(([from]) => mostIdleMs > from) ?? [0, 1_000]
  return message('recovery.idle-anew', { mostMs: Math.ceil(mostIdleMs / step) * step, complete })
}

/** What a copy is not: the entry that its holder may be at work on, with its id and its position. */
export function ofCopies(
  target: Bytes,
  { stalledAfterMs }: Pick<PlanFacts, 'stalledAfterMs'>,
  { holders }: EntriesSeen,
): readonly Message[] {
  const [latest] = holders.toSorted((a, b) => a.idleMs - b.idleMs)
  // Of an active one the plan warns.
  const isQuiet = latest !== undefined && consumerHealth(latest, { stalledAfterMs }) !== 'active'
  return [
    message('recovery.copies-have-new-ids', { stream: target }),
    ...(isQuiet ? [message('recovery.holder-may-work', { seenMs: latest.idleMs })] : []),
  ]
}
