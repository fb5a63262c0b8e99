import type { EntryId } from '../../shared/entry-id'
import type { Writer } from './reader-writer'
import { orMissing } from './missing'
import { asId, asList } from './reply'

/** The server looks at ten times as many entries, which takes it 0.5 ms. */
export const AUTOCLAIM_MAX = 100

export interface AutoClaimRange {
  /** Entries idle for less are left alone, ms. */
  readonly minIdleMs: number
  /** Where to begin: `0-0`, then `next` of the step before. */
  readonly start: EntryId
  /** The most entries to claim: up to 100. */
  readonly count: number
}

export interface AutoClaimed {
  /** Where the next step begins; `0-0` when the pending list has been walked to its end. */
  readonly next: EntryId
  /** May be none although there are more to come. */
  readonly claimed: readonly EntryId[]
  /** Gone from the stream, and so dropped from the pending list; null where the server does not tell (before 7.0). */
  readonly deleted: readonly EntryId[] | null
}

/**
 * One step of XAUTOCLAIM … JUSTID (6.2+), which leaves delivery counts as they are. NOT_FOUND group; UNSUPPORTED before
 * 6.2. Before 7.0 entries gone from the stream are claimed like others. https://redis.io/docs/latest/commands/xautoclaim/
 */
export async function autoClaimJustId(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  consumer: Buffer,
  { minIdleMs, start, count }: AutoClaimRange,
): Promise<AutoClaimed> {
  if (count < 1 || count > AUTOCLAIM_MAX) throw new RangeError(`XAUTOCLAIM takes a count of 1 to ${AUTOCLAIM_MAX}`)
  const call = writer.write('XAUTOCLAIM', key, group, consumer, minIdleMs, start, 'COUNT', count, 'JUSTID')
  const [next, claimed, deleted] = asList(await orMissing(call, key, group))
  return {
    next: asId(next),
    claimed: asList(claimed).map(asId),
    deleted: deleted === undefined ? null : asList(deleted).map(asId),
  }
}
