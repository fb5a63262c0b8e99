import { displayName } from '../../format/display-name'
import { formatCount, formatNoun } from '../../format/format-count'
import type { RedrivePlan, RedriveTarget } from '../../model/redrive'

/** "Moves 12 entries to the end of orders". */
export function redriveSentence({ entries, goes, targets }: RedrivePlan): string {
  if (entries === 0) return 'Nothing to redrive: none of these entries is in the stream'
  if (goes === 0) return 'Nothing to redrive: all of these entries are left alone'
  const open = targets.filter(({ refusal }) => refusal === null)
  const [only, ...others] = open
  const where = only && others.length === 0 ? displayName(only.name) : `${formatCount(open.length)} streams`
  return `Moves ${formatNoun(goes, 'entry', 'entries')} to the end of ${where}`
}

/** What is left alone, and why. */
export function leftAloneSentences({ leftAlone, notFound, options }: RedrivePlan): readonly string[] {
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

function counted(count: number, one: string, many: string): string | null {
  return count === 0 ? null : `${formatCount(count)} ${count === 1 ? one : many}`
}

/** What becomes of a stream that gets copies, or why it gets none. */
export function targetWords({ type, refusal }: RedriveTarget): string {
  if (refusal !== null) return refusal
  return type === 'none' ? 'Is created' : 'Is there'
}

/** Which groups of the dead-letter stream need them still; null when none does. */
export function groupsSentence({ groups }: RedrivePlan): string | null {
  if (groups.length === 0) return null
  const [hold, have] = groups.length === 1 ? ['holds', 'has'] : ['hold', 'have']
  return `${formatNoun(groups.length, 'group', 'groups')} of this stream ${hold} some of them, or ${have} not read them yet`
}
