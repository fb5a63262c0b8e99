import { sameBytes, type Bytes } from '../../../shared/bytes'
import { consumerHealth } from '../../../shared/judgement/consumer-health'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import { fromBuffer } from '../../redis/bytes'
import type { ConsumerInfo } from '../../redis/xinfo'
import type { PlanFacts } from './action'

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

/** What a copy is not: the entry that its holder may be at work on, with its id and its place. */
export function ofCopies(
  target: Bytes,
  { stalledAfterMs }: Pick<PlanFacts, 'stalledAfterMs'>,
  holders: readonly ConsumerInfo[],
): readonly Message[] {
  const [latest] = holders.toSorted((a, b) => a.idleMs - b.idleMs)
  // Of an active one the plan warns.
  const isQuiet = latest !== undefined && consumerHealth(latest, { stalledAfterMs }) !== 'active'
  return [
    message('recovery.copies-have-new-ids', { stream: target }),
    ...(isQuiet ? [message('recovery.holder-may-work', { seenMs: latest.idleMs })] : []),
  ]
}
