import { compareIds, MAX_ID, type EntryId } from '../../../shared/entry-id'
import type { Criteria } from '../../../shared/model/selection'
import { nameKey } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'
import { requireRange } from '../lib/require-range'
import { entryTest } from './entry-test'
import type { ObservedRow } from './observe-pending'

type Row = Pick<ObservedRow, 'id' | 'consumer' | 'deliveries' | 'deliveredBy'>

/**
 * Whether a pending entry is what was asked for, by all that XPENDING tells of it. Idle time is taken at the server time
 * `at`, when the plan was made: an entry doesn't come to match by waiting.
 */
export function rowTest(criteria: Criteria, at: number): (row: Row) => boolean {
  const { consumers, minIdleMs, minDeliveries, maxDeliveries, from, to } = criteria
  const holders = consumers && new Set(consumers.map((name) => nameKey(name)))
  return ({ id, consumer, deliveries, deliveredBy }) =>
    (holders === undefined || holders.has(nameKey(consumer))) &&
    (minIdleMs === undefined || at - deliveredBy >= minIdleMs) &&
    (minDeliveries === undefined || deliveries >= minDeliveries) &&
    (maxDeliveries === undefined || deliveries <= maxDeliveries) &&
    (from === undefined || compareIds(id, from) >= 0) &&
    (to === undefined || compareIds(id, to) <= 0)
}

/**
 * Whether the entry, null where it is gone from the stream, is what was asked for; null where that can't be told (see `entryTest`). What is in
 * one that is gone nobody can tell, and it is none.
 */
export async function bodyTest({ presence, query }: Criteria): Promise<(entry: RawEntry | null) => boolean | null> {
  const isIt = query === undefined ? null : await entryTest(query)
  return (entry) => {
    if (presence !== undefined && (presence === 'gone') !== (entry === null)) return false
    if (isIt === null) return true
    return entry === null ? false : isIt(entry)
  }
}

/** Where a walk over the pending list begins and ends, in XPENDING's words. Throws BAD_INPUT where it would end before that. */
export function spanOf({ from, to }: Criteria, greatestId: EntryId | null): { from: string; to: EntryId } {
  requireRange({ from, to }, 'criteria.from')
  const end = greatestId ?? MAX_ID
  return { from: from ?? '-', to: to !== undefined && compareIds(to, end) < 0 ? to : end }
}
