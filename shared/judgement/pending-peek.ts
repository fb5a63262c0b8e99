import type { Count } from '../count'
import type { EntryId } from '../entry-id'
import type { PendingEntry } from '../model/pending'
import type { Thresholds } from './thresholds'

/** What the pending entries of a group look like that were looked at: the oldest ones first, the others in turns. */
export interface PendingPeek {
  /** Entries whose deliveries were looked at. */
  readonly looked: number
  readonly mostDeliveries: Count
  /** The entry that was delivered most often. */
  readonly mostId: EntryId
  /** Of those: delivered at least `poisonDeliveries` times. */
  readonly poison: number
  readonly poisonDeliveries: number
  /** Entries that were looked for in the stream, and how many of those are no longer there. */
  readonly lookedFor: number
  readonly gone: number
  /** All that were pending have had their turn. */
  readonly isWhole: boolean
}

/** Delivered so often and not acked that it is taken to fail whoever gets it. */
export function isPoison(
  { deliveries }: Pick<PendingEntry, 'deliveries'>,
  { poisonDeliveries }: Pick<Thresholds, 'poisonDeliveries'>,
): boolean {
  return deliveries >= poisonDeliveries
}

/** `listed`: the oldest pending entries. `read`: as many of them as were looked for in the stream. Null: none is pending. */
export function pendingPeek(
  listed: readonly Pick<PendingEntry, 'id' | 'deliveries'>[],
  read: readonly Pick<PendingEntry, 'inStream'>[],
  { poisonDeliveries, isWhole }: Pick<PendingPeek, 'poisonDeliveries' | 'isWhole'>,
): PendingPeek | null {
  const [first] = listed
  if (!first) return null
  const most = listed.reduce((worst, entry) => (entry.deliveries > worst.deliveries ? entry : worst), first)
  return {
    looked: listed.length,
    mostDeliveries: most.deliveries,
    mostId: most.id,
    poison: listed.filter((entry) => isPoison(entry, { poisonDeliveries })).length,
    poisonDeliveries,
    lookedFor: read.length,
    gone: read.filter(({ inStream }) => inStream === false).length,
    isWhole,
  }
}
