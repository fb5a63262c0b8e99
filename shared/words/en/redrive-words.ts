import type { Count } from '../../count'
import { displayName } from '../../format/display-name'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'
import type { RedrivePlan, RedriveTarget } from '../../model/redrive'
import { sentence } from '../messages'

/** "Moves 12 entries to the end of orders". */
function redriveSentence({ entries, goes, targets }: RedrivePlan): string {
  if (entries === 0) return 'Nothing to redrive: none of these entries is in the stream'
  if (goes === 0) return 'Nothing to redrive: all of these entries are left alone'
  const open = targets.filter(({ refusal }) => refusal === null)
  const [only, ...others] = open
  const where = only && others.length === 0 ? displayName(only.name) : `${formatCount(open.length)} streams`
  return `Moves ${formatNoun(goes, 'entry', 'entries')} to the end of ${where}`
}

/** What is left alone, and why. */
function leftAloneSentences({ leftAlone, notFound, options }: RedrivePlan): readonly string[] {
  const { noProvenance, tooOften, refused } = leftAlone
  const times = formatNoun(options.mostRedrives, 'time', 'times')
  return [
    counted(noProvenance, 'does not say where it comes from', 'do not say where they come from'),
    counted(tooOften, `was redriven ${times} or more already`, `were redriven ${times} or more already`),
    counted(refused, 'can’t go where it belongs', 'can’t go where they belong'),
  ]
    .flatMap((words) => (words === null ? [] : [`${words}: left alone`]))
    .concat(notFound === 0 ? [] : [`${counted(notFound, 'is', 'are') ?? ''} not in the stream any more`])
}

/** What Sluice did not put there, `saved` or not before it goes; null where it put all of it. */
function unmarkedSentence({ entries, unmarked }: RedrivePlan, saved: boolean): string | null {
  if (!unmarked) return null
  const { goes } = unmarked
  const were = pluralForm(unmarked.entries, { one: 'was', other: 'were' })
  const told = `${formatCount(unmarked.entries)} of ${formatNoun(entries, 'entry', 'entries')} ${were} not dead-lettered by Sluice: an application may fill this stream, and read it, by its own rules`
  if (goes === 0) return told
  const go = pluralForm(goes, { one: 'goes', other: 'go' })
  const where = pluralForm(goes, { one: 'it goes', other: 'they go' })
  const lost = saved ? 'is only in the backup' : 'is lost'
  return `${told}. ${formatCount(goes)} of those ${go}: what the application drops where ${where} ${lost}`
}

function counted(count: number, one: string, many: string): string | null {
  return count === 0 ? null : formatNoun(count, one, many)
}

/** What becomes of a stream that gets copies, or why it gets none. */
function targetWords({ type, refusal }: RedriveTarget): string {
  if (refusal !== null) return sentence(refusal)
  return type === 'none' ? 'Is created' : 'Is there'
}

/** Which groups of the dead-letter stream need them still; null when none does. */
function groupsSentence({ groups }: RedrivePlan): string | null {
  if (groups.length === 0) return null
  const hold = pluralForm(groups.length, { one: 'holds', other: 'hold' })
  const have = pluralForm(groups.length, { one: 'has', other: 'have' })
  return `${formatNoun(groups.length, 'group', 'groups')} of this stream ${hold} some of them, or ${have} not read them yet`
}

export const redriveWords = {
  redriveDeadLetters: 'Redrive dead letters',
  unmarked: unmarkedSentence,
  readBy: 'Groups that read this stream:',
  moreReaders: (more: Count) => `and ${formatNoun(more, 'more group', 'more groups')}`,
  backup: 'Save what goes as JSON Lines first',
  backupHint: 'In Sluice’s data directory; it is listed under Backups. A redrive can’t be undone.',
  whereTheyGo: 'Where they go',
  stream: 'Stream',
  entries: 'Entries',
  state: 'State',
  andMore: (more: Count) => `And ${formatCount(more)} more, with fewer entries.`,
  lossNote:
    'Pending entries that are deleted stay on the pending lists without a body; unread ones are never delivered.',
  givenAnew:
    'Every group of these streams is given the copies, whichever group they were dead-lettered from. For one group alone, redrive to a stream that only it reads.',
  moreGroups: (more: Count) => `And ${formatNoun(more, 'more group', 'more groups')}, with fewer.`,
  untold: (streams: Count) =>
    `The groups of ${formatNoun(streams, 'stream')} can’t be looked at here: they are given the copies, too.`,
  takenBack: (note: string) => `What can be taken back: ${note}`,
  eachToStream: 'Each to the stream it came from',
  allToOneStream: 'All to one stream…',
  leaveThemAlone: 'Leave them alone',
  moveThemToStream: 'Move them to a stream…',
  atMost: (value: Count) => `${formatCount(value)} at most`,
  noLimit: 'As many as the server bears',
  nothingToRedrive: 'There is nothing to redrive',
  run: 'Redrive',
  runCount: (goes: Count) => `Redrive ${formatNoun(goes, 'entry', 'entries')}`,
  whichEntries: 'Which entries',
  whereTo: 'Where to',
  toStream: 'To the stream',
  strays: 'Those that don’t say where from',
  straysTo: 'Those go to the stream',
  createStream: 'Create a stream that does not exist',
  redrivesAtMost: 'Redrives at most',
  redrivesHint: 'What was redriven so often already is left alone: it would only come back',
  perSecond: 'Entries a second',
  perSecondHint: 'Can be changed while it runs',
  firstOnes: 'the first ones',
  sayHowOften: 'Say how often at most',
  nameStream: 'Name the stream',
  atMostCanBeTicked: (MOST_IDS: Count) => `At most ${formatNoun(MOST_IDS, 'entry', 'entries')} can be ticked at a time`,
  theTicked: (ids: Count) => `The ${formatNoun(ids, 'entry', 'entries')} ticked`,
  allOfStream: 'All of the stream',
  allOfStreamCount: (length: Count) => `All of the stream (${formatCount(length)})`,
  sentence: redriveSentence,
  leftAlone: leftAloneSentences,
  target: targetWords,
  needed: groupsSentence,
}
