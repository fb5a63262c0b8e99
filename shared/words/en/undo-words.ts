import type { UndoPlan } from '../../model/plan'
import { formatCount, formatNoun } from '../../format/format-count'

/** What an undo would give back: "Would give back 988 entries; 9 moved since and stay; 3 are gone from the stream". */
export function undoSentence({ entries, leftAlone, gone, instead }: UndoPlan): string {
  const parts = [...(instead === undefined ? [] : [instead])]
  if (entries > 0 || instead === undefined) parts.push(`Would give back ${formatNoun(entries, 'entry', 'entries')}`)
  if (leftAlone > 0) parts.push(`${formatCount(leftAlone)} moved since and ${leftAlone === 1 ? 'stays' : 'stay'}`)
  if (gone > 0) parts.push(`${formatCount(gone)} ${gone === 1 ? 'is' : 'are'} gone from the stream`)
  return parts.join('; ')
}
