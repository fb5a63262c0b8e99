import type { Count } from '../../../../shared/count'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { ClaimOptions } from '../../../redis/xclaim'
import { byIdleClass } from './idle-classes'
import type { ObservedRow } from '../../inspection/observe-pending'

/** What a claim does to idle time and delivery count. */
export type ClaimHow = Pick<Extract<RecoveryAction, { kind: 'claim' }>, 'idle' | 'deliveries'>

/** Redis counts deliveries so far, and no further. */
const MOST_DELIVERIES = 2n ** 63n - 1n

/** The delivery count that an entry has once it is claimed. */
export function deliveriesAfter({ deliveries = 'kept' }: ClaimHow, before: Count): Count {
  if (deliveries === 'kept') return before
  if (deliveries !== 'plusOne') return deliveries.set
  const next = BigInt(before) + 1n
  if (next > MOST_DELIVERIES) return before
  return next <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(next) : next
}

/** One XCLAIM of a batch. */
export interface ClaimSending {
  readonly rows: readonly ObservedRow[]
  readonly options: Omit<ClaimOptions, 'force'>
}

/**
 * Parts a batch (at most 500 entries) by what one XCLAIM can hold: its options are for all of its ids, so those that end with the same
 * delivery count, and where the idle time is kept, those that were last delivered in the same millisecond.
 */
export function claimSendings(rows: readonly ObservedRow[], how: ClaimHow): readonly ClaimSending[] {
  const alike = new Map<string, { members: ObservedRow[]; retryCount?: Count; timeMs?: number }>()
  for (const row of rows) {
    const retryCount = changesCount(how) ? { retryCount: deliveriesAfter(how, row.deliveries) } : {}
    const timeMs = how.idle === 'kept' ? { timeMs: row.deliveredAt } : {}
    const name = `${retryCount.retryCount ?? ''} ${timeMs.timeMs ?? ''}`
    const known = alike.get(name)
    if (known) known.members.push(row)
    else alike.set(name, { members: [row], ...retryCount, ...timeMs })
  }
  return [...alike.values()].flatMap(({ members, ...options }) =>
    byIdleClass(members).map(({ minIdleMs, rows: same }) => ({ rows: same, options: { minIdleMs, ...options } })),
  )
}

function changesCount({ deliveries = 'kept' }: ClaimHow): boolean {
  return deliveries !== 'kept'
}
