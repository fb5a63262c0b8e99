import { compareIds, MAX_ID, type EntryId } from '../../../shared/entry-id'
import type { Criteria, FieldTest } from '../../../shared/model/selection'
import { nameKey, toBuffer } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'
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

/** Whether the entry, null where it is gone from the stream, is what was asked for. What is gone has no fields. */
export function bodyTest({ presence, field }: Criteria): (entry: RawEntry | null) => boolean {
  const hasField = field === undefined ? null : fieldMatcher(field)
  return (entry) =>
    (presence === undefined || (presence === 'gone') === (entry === null)) &&
    (hasField === null || (entry !== null && hasField(entry)))
}

function fieldMatcher({ name, is, value }: FieldTest): (entry: RawEntry) => boolean {
  const wantedName = toBuffer(name)
  const wanted = toBuffer(value)
  const matches = (part: Buffer): boolean => (is === 'equals' ? part.equals(wanted) : part.includes(wanted))
  return ({ fields }) =>
    fields.some((part, at) => at % 2 === 0 && part.equals(wantedName) && matches(fields[at + 1] ?? Buffer.alloc(0)))
}

/** Where a walk over the pending list begins and ends, in XPENDING's words. */
export function spanOf({ from, to }: Criteria, greatestId: EntryId | null): { from: string; to: EntryId } {
  const end = greatestId ?? MAX_ID
  return { from: from ?? '-', to: to !== undefined && compareIds(to, end) < 0 ? to : end }
}
