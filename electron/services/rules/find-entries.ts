import type { EntryId } from '../../../shared/entry-id'
import type { Rule } from '../../../shared/model/rule'
import { nameKey, toBuffer } from '../../redis/bytes'
import type { GroupSource } from '../../redis/source'
import { pendingRange } from '../../redis/xpending'
import { goneWithin } from '../inspection/entry-presence'

const PAGE = 1_000
/** So many pages of a pending list are looked at in one run. */
const MOST_PAGES = 20

export interface FoundEntries {
  readonly ids: readonly EntryId[]
  /** After which one the next run goes on; null: from the beginning. */
  readonly next: EntryId | null
  /** There were not enough look-ups left to go on behind `next`. */
  readonly isCut: boolean
}

/** Which ones, and what is to be done with them. */
export interface Wanted extends Pick<Rule, 'minIdleMs' | 'minDeliveries' | 'action'> {
  /** Of these alone, as `nameKey`; absent: of everybody. */
  readonly holders?: ReadonlySet<string>
}

export interface FindLimits {
  /** Entries. */
  readonly most: number
  readonly after: EntryId | null
  /** Entries that may still be looked up one by one; what is looked up is taken off. */
  readonly lookUps: { left: number }
}

/**
 * Pending entries that a rule is about, `most` at most, behind `after`. The next run goes on behind them: what can't be helped does
 * not keep the rest waiting. Throws NOT_FOUND.
 */
export async function findEntries(
  { reader, key, group }: GroupSource,
  { minIdleMs, minDeliveries, action, holders }: Wanted,
  { most, after, lookUps }: FindLimits,
): Promise<FoundEntries> {
  const ids: EntryId[] = []
  // A plan leaves alone what its consumer has already; it must not use up what the run may take.
  const holder = action.kind === 'claim' ? toBuffer(action.to) : null
  let last = after
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const from = last === null ? '-' : following(last)
    if (from === null) return { ids, next: null, isCut: false }
    const rows = await pendingRange(reader, key, group, { from, to: '+', count: PAGE })
    const isMeant = ({ consumer, idleMs, deliveries }: (typeof rows)[number]): boolean => {
      if (idleMs < minIdleMs || Number(deliveries) < (minDeliveries ?? 0)) return false
      if (holders?.has(nameKey(consumer)) === false) return false
      // What has no owner any more is released already.
      return !(holder?.equals(consumer) || (action.kind === 'release' && consumer.length === 0))
    }
    const meant = rows.filter(isMeant).map(({ id }) => id)
    const taken = action.kind === 'ackGone' ? await lookUp(reader, key, meant, lookUps) : new Set(meant)
    if (taken === null) return { ids, next: last, isCut: true }
    for (const { id } of rows) {
      last = id
      if (!taken.has(id)) continue
      ids.push(id)
      if (ids.length === most) return { ids, next: id, isCut: false }
    }
    if (rows.length < PAGE) return { ids, next: null, isCut: false }
  }
  return { ids, next: last, isCut: false }
}

/** Those that are gone. Null: that takes more look-ups than are left. Groups that are looked at side by side share these. */
async function lookUp(
  reader: GroupSource['reader'],
  key: Buffer,
  ids: readonly EntryId[],
  lookUps: FindLimits['lookUps'],
): Promise<ReadonlySet<EntryId> | null> {
  const reserved = Math.min(ids.length, lookUps.left)
  lookUps.left -= reserved
  let used = 0
  try {
    const found = await goneWithin(reader, key, ids, reserved)
    used = found?.lookedUp ?? 0
    return found?.gone ?? null
  } finally {
    lookUps.left += reserved - used
  }
}

const MOST = 2n ** 64n - 1n

/** The smallest id behind this one, which servers before 6.2 can be asked from as well; null: there is none. */
function following(id: EntryId): string | null {
  const [ms = '0', sequence = '0'] = id.split('-')
  if (BigInt(sequence) < MOST) return `${ms}-${BigInt(sequence) + 1n}`
  return BigInt(ms) < MOST ? `${BigInt(ms) + 1n}-0` : null
}
