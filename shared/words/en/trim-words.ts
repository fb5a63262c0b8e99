import type { TrimPlan } from '../../model/plan'
import { figureWords, loses, type Figure } from './figure-words'
import { formatCount, formatNoun } from '../../format/format-count'

type Loss = TrimPlan['groups'][number]

/** What is left, as sure as what goes. */
export function remainingWords({ length, removes }: TrimPlan): string {
  const digits = formatCount(Math.max(0, length - removes.value))
  if (removes.certainty === 'atMost') return `at least ${digits}`
  return removes.certainty === 'estimate' ? `~ ${digits}` : digits
}

/** "Removes at most 12 431 of 20 000 entries". */
export function removesSentence({ length, removes, references }: TrimPlan): string {
  if (removes.value === 0) return 'Removes nothing: the stream is within this already'
  if (references === 'ACKED') {
    return `Removes ${figureWords(removes)} of ${formatNoun(length, 'entry', 'entries')}: those that every group has read and acked`
  }
  return `Removes ${figureWords(removes)} of ${formatNoun(length, 'entry', 'entries')}`
}

/** What there is to say of the first entry that stays, beside its id; null when the id says it all. */
export function firstKeptNote({ length, removes, firstKept, approximate, references }: TrimPlan): string | null {
  const mayKeepMore = (approximate || references === 'ACKED') && removes.certainty !== 'exact'
  if (removes.value === 0) return firstKept === null ? 'none: the stream is empty' : null
  if (firstKept !== null) return mayKeepMore ? 'or an earlier one' : null
  if (removes.value < length) return 'found when it runs'
  return mayKeepMore ? 'none, or an earlier one' : 'none'
}

/** Groups that would lose something they still need. */
export function losers({ removes, groups }: TrimPlan): readonly Loss[] {
  return removes.value === 0 ? [] : groups.filter(({ pending, unread }) => loses(pending) || loses(unread))
}

/** "3 of 5 groups lose entries that they still need"; null when there is no group, or nothing goes. */
export function lossSentence(plan: TrimPlan): string | null {
  const { groups, removes } = plan
  if (removes.value === 0 || groups.length === 0) return null
  const losing = losers(plan)
  const all = formatNoun(groups.length, 'group', 'groups')
  if (losing.length === 0) return groups.length === 1 ? 'Its group loses nothing' : `None of its ${all} loses anything`
  // With a figure that is only a bound, or none at all, nobody knows that they do.
  const certain = losing.every((group) => [group.pending, group.unread].some((one) => one && sure(one)))
  const verb = certain ? (losing.length === 1 ? 'loses' : 'lose') : 'may lose'
  const count =
    losing.length === groups.length && groups.length === 1 ? 'Its group' : `${formatCount(losing.length)} of ${all}`
  return `${count} ${verb} entries that ${losing.length === 1 ? 'it' : 'they'} still ${losing.length === 1 ? 'needs' : 'need'}`
}

function sure({ value, certainty }: Figure): boolean {
  return value > 0 && certainty === 'exact'
}
