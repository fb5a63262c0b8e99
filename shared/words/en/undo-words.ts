import type { UndoPlan } from '../../model/plan'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'
import { sentence } from '../messages'

/** What an undo would give back: "Would give back 988 entries; 9 moved since and stay; 3 are gone from the stream". */
export function undoSentence({ entries, leftAlone, gone, instead }: UndoPlan): string {
  const parts = instead === undefined ? [] : [sentence(instead)]
  if (entries > 0 || instead === undefined) parts.push(`Would give back ${formatNoun(entries, 'entry', 'entries')}`)
  if (leftAlone > 0)
    parts.push(`${formatCount(leftAlone)} moved since and ${pluralForm(leftAlone, { one: 'stays', other: 'stay' })}`)
  if (gone > 0) parts.push(`${formatCount(gone)} ${pluralForm(gone, { one: 'is', other: 'are' })} gone from the stream`)
  return parts.join('; ')
}
