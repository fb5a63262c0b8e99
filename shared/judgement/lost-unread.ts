import { compareIds } from '../entry-id'
import type { GroupSummary, StreamSummary } from '../model/stream'

/**
 * How many entries were trimmed away before the group read them: it stands before the first one, so that of all that was added since
 * what it read only what is there is left to it. 0: none, or the server's counters don't tell (before 7.0; a group whose reads are not
 * counted). What was deleted by id was meant, and is no loss: where such a one may lie among them, nothing is told.
 */
export function lostUnread(
  { length, ends, entriesAdded }: Pick<StreamSummary, 'length' | 'ends' | 'entriesAdded'>,
  { lastDeliveredId, entriesRead }: Pick<GroupSummary, 'lastDeliveredId' | 'entriesRead'>,
): number {
  if (!ends || entriesAdded === null || entriesRead === null) return 0
  const { firstId, maxDeletedId } = ends
  if (firstId !== null && compareIds(lastDeliveredId, firstId) >= 0) return 0
  if (maxDeletedId !== null && compareIds(maxDeletedId, lastDeliveredId) > 0) return 0
  return Math.max(0, Number(BigInt(entriesAdded) - BigInt(entriesRead)) - length)
}
