import { losers, type Figure } from '../../judgement/losses'
import { figureText } from './figure-words'
import { shownZone } from '../../time/shown-zone'
import { formatInZone } from '../../time/zone'
import type { TrimPlan } from '../../model/trim-plan'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'

/** What is left, as sure as what goes. */
function remainingWords({ length, removes }: TrimPlan): string {
  const digits = formatCount(Math.max(0, length - removes.value))
  if (removes.certainty === 'atMost') return `at least ${digits}`
  return removes.certainty === 'estimate' ? `~ ${digits}` : digits
}

/** "Removes at most 12 431 of 20 000 entries". */
function removesSentence({ length, removes, references, needed }: TrimPlan): string {
  if (removes.value === 0) {
    return needed?.keeps?.value
      ? 'Removes nothing: groups still need all that would go'
      : 'Removes nothing: the stream is within this already'
  }
  if (needed && needed.groups > 0) {
    return `Removes ${figureText(removes)} of ${formatNoun(length, 'entry', 'entries')}: none that a group still needs`
  }
  if (references === 'ACKED') {
    return `Removes ${figureText(removes)} of ${formatNoun(length, 'entry', 'entries')}: those that every group has read and acked`
  }
  return `Removes ${figureText(removes)} of ${formatNoun(length, 'entry', 'entries')}`
}

/** What there is to say of the first entry that stays, beside its id; null when the id says it all. */
function firstKeptNote({ length, removes, firstKept, approximate, references }: TrimPlan): string | null {
  const mayKeepMore = (approximate || references === 'ACKED') && removes.certainty !== 'exact'
  if (removes.value === 0) return firstKept === null ? 'none: the stream is empty' : null
  if (firstKept !== null) return mayKeepMore ? 'or an earlier one' : null
  if (removes.value < length) return 'found when it runs'
  return mayKeepMore ? 'none, or an earlier one' : 'none'
}

/** "3 of 5 groups lose entries that they still need"; null when there is no group, or nothing goes. */
function lossSentence(plan: TrimPlan): string | null {
  const { groups, removes } = plan
  if (removes.value === 0 || groups.length === 0) return null
  const losing = losers(plan)
  const all = formatNoun(groups.length, 'group', 'groups')
  if (losing.length === 0) return groups.length === 1 ? 'Its group loses nothing' : `None of its ${all} loses anything`
  // With a figure that is only a bound, or none at all, nobody knows that they do.
  const certain = losing.every((group) => [group.pending, group.unread].some((one) => one && sure(one)))
  const verb = certain ? pluralForm(losing.length, { one: 'loses', other: 'lose' }) : 'may lose'
  const count =
    losing.length === groups.length && groups.length === 1 ? 'Its group' : `${formatCount(losing.length)} of ${all}`
  return `${count} ${verb} entries that ${pluralForm(losing.length, { one: 'it still needs', other: 'they still need' })}`
}

type Needed = NonNullable<TrimPlan['needed']>

/** Who holds it back, and how much stays for the groups; `{group}` and `{id}` are slots. */
function neededSentence({ groups, first, keeps }: Needed): string {
  if (groups === 0) return 'The stream has no groups: nobody needs any of it, so only the limit decides what goes'
  if (first === null || keeps?.value === 0) return 'No group needs any of what the limit takes away'
  const stay = keeps === null ? 'How much stays for the groups only the run finds out' : keptWords(keeps)
  return `${stay}. {group} needs the first of them: ${NEEDED_BY[first.by]}`
}

function keptWords(keeps: Figure): string {
  const entries = pluralForm(keeps.value, { one: 'entry', other: 'entries' })
  const stay = pluralForm(keeps.value, { one: 'stays', other: 'stay' })
  return `${figureText(keeps)} ${entries} that the limit would take away ${stay} for the groups`
}

const NEEDED_BY: Readonly<Record<NonNullable<Needed['first']>['by'], string>> = {
  pending: '{id} is its oldest pending entry',
  unread: 'it has read nothing from {id} on',
}

function sure({ value, certainty }: Figure): boolean {
  return value > 0 && certainty === 'exact'
}

export const trimWords = {
  newest: 'The newest (MAXLEN)',
  fromIdOrTime: 'From an id or time on (MINID)',
  idOrTimeHint: 'An id, a date and time, or how long ago: 30d',
  meantTime: (atMs: number) => formatInZone(atMs, shownZone()),
  keep: 'Keep',
  howMany: 'How many',
  from: 'From',
  example30d: '30d ago',
  pendingLists: 'Pending lists',
  approximate: 'Approximate (~)',
  approximateHint: 'Removes whole nodes only: far cheaper, keeps up to some hundred entries more',
  keepNeeded: 'Keep what any group still needs',
  keepNeededHint:
    'Nothing goes from the first entry on that a group holds or has not read; looked at again before each step',
  needed: neededSentence,
  neededGone: 'That entry is pending and no longer in the stream: once it is acked, more can go.',
  keptFor: 'Kept for the groups',
  moreGroups: (more: number) => `and ${formatNoun(more, 'more group', 'more groups')}`,
  entriesPerCommand: 'Entries per command',
  limitHint: 'Smaller steps block the server less',
  trimStream: 'Trim stream',
  theStream: 'The stream',
  what: 'What',
  before: 'Before',
  after: 'After',
  entries: 'Entries',
  firstEntryKept: 'First entry kept',
  sayWhatToKeep: 'Say what to keep',
  nothingToRemove: 'There is nothing to remove',
  allNeeded: 'Groups still need all that would go',
  backup: 'Save what goes as JSON Lines first',
  backupHint: 'In Sluice’s data directory; the journal says where. A trim can’t be undone.',
  repeatedUntilDone: 'repeated until done',
  run: 'Trim',
  runRemoves: ({ value, certainty }: Figure) => {
    const most = { exact: '', atMost: 'at most ', estimate: 'about ' }[certainty]
    return `Remove ${most}${formatNoun(value, 'entry', 'entries')}`
  },
  remaining: remainingWords,
  removing: removesSentence,
  firstKeptNote,
  losses: lossSentence,
}
