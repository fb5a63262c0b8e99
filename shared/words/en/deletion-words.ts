import type { Count } from '../../count'
import { shownZone } from '../../time/shown-zone'
import { formatInZone } from '../../time/zone'
import type { DeletionPlan } from '../../model/deletion'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'

type Mode = DeletionPlan['references']

/** "Deletes 3 entries from the stream". */
function deletionSentence({ entries, references }: DeletionPlan): string {
  if (entries === 0) return 'Nothing to delete: none of these entries is in the stream'
  const what = formatNoun(entries, 'entry', 'entries')
  return references === 'ACKED'
    ? `Deletes at most ${what}: those that every group has read and acked`
    : `Deletes ${what} from the stream`
}

/** Of the ticked ones, how many are not there; null when all are. */
function notFoundSentence({ notFound }: DeletionPlan): string | null {
  if (notFound.length === 0) return null
  return `${formatCount(notFound.length)} of those chosen ${pluralForm(notFound.length, { one: 'is', other: 'are' })} not in the stream any more`
}

/** Which groups need them still. */
function needSentence({ entries, groups }: DeletionPlan): string | null {
  if (entries === 0) return null
  if (groups.length === 0) return 'No group holds any of them, or has yet to read them'
  return `${formatNoun(groups.length, 'group', 'groups')} ${pluralForm(groups.length, { one: 'holds', other: 'hold' })} some of them, or ${pluralForm(groups.length, { one: 'has', other: 'have' })} not read them yet`
}

/** What that means for those groups. */
const NEED_NOTES: Readonly<Record<Mode, string>> = {
  KEEPREF: 'Pending entries that go stay on the pending lists without a body; unread ones are never delivered.',
  DELREF: 'Pending entries that go leave the pending lists too; unread ones are never delivered.',
  ACKED: 'What one of them holds or has not read is kept; the job tells which these were.',
}

export const deletionWords = {
  deleteEntries: 'Delete entries',
  nothingToDelete: 'There is nothing to delete',
  dataDirectory: 'Sluice’s data directory',
  backupNote: (where: string) => `As JSON Lines in ${where}; the journal names the file`,
  whichEntries: 'Which entries',
  from: 'From',
  example30d: '30d ago',
  to: 'To',
  example1d: '1d ago',
  pendingLists: 'Pending lists',
  saveWhatGoesFirst: 'Save what goes first',
  firstOne: 'the first one',
  firstToLast: '{first} to {last}',
  theChosen: (ids: Count) => `The ${formatNoun(ids, 'entry', 'entries')} chosen`,
  fromTo: 'All from one id or time to another',
  atMostAtTime: (MOST_IDS: Count) =>
    `At most ${formatNoun(MOST_IDS, 'entry', 'entries')} at a time: delete them as a range`,
  giveBothEnds: 'Give both ends of the range',
  included: 'Included',
  includedTime: (atMs: number) => `Included; ${formatInZone(atMs, shownZone())}`,
  keepReferences: 'Keep these entries (KEEPREF)',
  deleteReferences: 'Lose these entries too (DELREF)',
  onlyAcked: 'Delete only what is acked (ACKED)',
  otherWaysOff: (why: string) => `The other ways are off here. ${why}`,
  run: 'Delete',
  runCount: (entries: Count) => `Delete ${formatNoun(entries, 'entry', 'entries')}`,
  runAtMost: (entries: Count) => `Delete at most ${formatNoun(entries, 'entry', 'entries')}`,
  onlyInBackup: 'Can’t be undone: only the backup has what went.',
  keptNowhere: 'Can’t be undone: and nothing keeps what went.',
  sentence: deletionSentence,
  notFound: notFoundSentence,
  need: needSentence,
  needNotes: NEED_NOTES,
}
