import type { DeletionPlan } from '../../model/deletion'
import { formatCount, formatNoun } from '../../format/format-count'

type Mode = DeletionPlan['references']

/** "Deletes 3 entries from the stream". */
export function deletionSentence({ entries, references }: DeletionPlan): string {
  if (entries === 0) return 'Nothing to delete: none of these entries is in the stream'
  const what = formatNoun(entries, 'entry', 'entries')
  return references === 'ACKED'
    ? `Deletes at most ${what}: those that every group has read and acked`
    : `Deletes ${what} from the stream`
}

/** Of the ticked ones, how many are not there; null when all are. */
export function notFoundSentence({ notFound }: DeletionPlan): string | null {
  if (notFound.length === 0) return null
  return `${formatCount(notFound.length)} of those chosen ${notFound.length === 1 ? 'is' : 'are'} not in the stream any more`
}

/** Which groups need them still. */
export function needSentence({ entries, groups }: DeletionPlan): string | null {
  if (entries === 0) return null
  if (groups.length === 0) return 'No group holds any of them, or has yet to read them'
  return `${formatNoun(groups.length, 'group', 'groups')} ${groups.length === 1 ? 'holds' : 'hold'} some of them, or ${groups.length === 1 ? 'has' : 'have'} not read them yet`
}

/** What that means for those groups. */
export const NEED_NOTES: Readonly<Record<Mode, string>> = {
  KEEPREF: 'Pending entries that go stay on the pending lists without a body; unread ones are never delivered.',
  DELREF: 'Pending entries that go leave the pending lists too; unread ones are never delivered.',
  ACKED: 'What one of them holds or has not read is kept; the job tells which these were.',
}
