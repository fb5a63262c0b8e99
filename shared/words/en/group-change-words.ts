import type { GroupChange, GroupChangePlan } from '../../model/group-change'
import type { Lag } from '../../model/group'
import { formatNoun } from '../../format/format-count'

export type GroupChangeKind = GroupChange['kind']

export const TITLES: Readonly<Record<GroupChangeKind, string>> = {
  'remove consumer': 'Remove a consumer',
  'set id': 'Set the last delivered id',
  'destroy group': 'Destroy the group',
}

export const VERBS: Readonly<Record<GroupChangeKind, string>> = {
  'remove consumer': 'Remove',
  'set id': 'Set id',
  'destroy group': 'Destroy',
}

function many({ value, kind }: Lag): string | null {
  if (value === null || value === 0) return null
  return `${kind === 'atLeast' ? 'At least ' : ''}${formatNoun(Number(value), 'entry', 'entries')}`
}

/** What a change means for the entries, in sentences. */
export function consequences({ change, before, delivers, skips }: GroupChangePlan): readonly string[] {
  const again = many(delivers)
  const missed = many(skips)
  const sentences: string[] = []
  if (change.kind === 'destroy group') {
    if (before.pending > 0)
      sentences.push(`${formatNoun(before.pending, 'pending entry', 'pending entries')} will be acked and forgotten.`)
    if (missed !== null) sentences.push(`${missed} it never read: nobody gets them through this group.`)
  }
  if (change.kind === 'set id') {
    if (again !== null) sentences.push(`${again} will be delivered once more, to whoever reads next.`)
    if (missed !== null) sentences.push(`${missed} will never be delivered to this group.`)
    if (again === null && missed === null) sentences.push('No entry is skipped, and none comes twice.')
    if (again !== null && before.pending > 0) {
      sentences.push('What is pending stays pending; entries that are read again change hands.')
    }
  }
  return sentences
}
