import type { JournalRecord } from '../../model/journal'
import type { UndoPlan } from '../../model/undo-plan'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'
import { sentence } from '../messages'
import { madeConsumerSentence } from './made-consumer-words'

/** What an undo would give back: "Would give back 988 entries; 9 moved since and stay; 3 are gone from the stream". */
export function undoSentence(plan: UndoPlan): string {
  const {
    entries,
    leftAlone,
    gone,
    instead,
    held = [],
    which = 'certain',
    others = 0,
    untraced = 0,
    given = 0,
    acks,
    hashes,
    dropped = 0,
    made = [],
  } = plan
  const parts = instead === undefined ? [] : [sentence(instead)]
  const many = formatNoun(entries, 'entry', 'entries')
  if (acks) parts.push(`Would ack ${many} again`)
  else if (entries > 0 || instead === undefined) parts.push(`Would give back ${many}`)
  for (const { entries: some, summary } of held) {
    const by = summary === undefined ? 'a later action' : `a later action, “${sentence(summary)}”`
    parts.push(`${formatCount(some)} ${isOrAre(some)} held by ${by}: undo that first`)
  }
  if (which === 'certain') parts.push(...separately(others - given, given))
  else {
    if (given > 0)
      parts.push(
        `of these, ${formatNoun(given, 'copy', 'copies')} that a group was given would be deleted under whoever works on ${pluralForm(given, { one: 'it', other: 'them' })}`,
      )
    if (others > 0) parts.push(`${formatCount(others)} more ${isOrAre(others)} certain`)
  }
  if (untraced > 0)
    parts.push(`${formatCount(untraced)} may have been copied, and nothing tells their copies: they stay`)
  const moved = held.reduce((left, { entries: some }) => left - some, leftAlone) - others - untraced
  if (moved > 0)
    parts.push(`${formatCount(moved)} moved since and ${pluralForm(moved, { one: 'stays', other: 'stay' })}`)
  if (gone > 0) parts.push(`${formatCount(gone)} ${isOrAre(gone)} gone from the stream`)
  if (dropped > 0)
    parts.push(
      `${formatCount(dropped)} that ${pluralForm(dropped, { one: 'was', other: 'were' })} gone from the stream ${pluralForm(dropped, { one: 'was', other: 'were' })} dropped from the pending list, and can’t come back`,
    )
  for (const each of made)
    parts.push(`${madeConsumerSentence(each)}${each.removable ? ' (it can be removed afterwards)' : ''}`)
  if (hashes !== undefined) parts.push(...hashParts(hashes))
  return parts.join('; ')
}

/** What becomes of the hashes that entries were written to. */
function hashParts({ back, left, unsaved, atomic }: NonNullable<UndoPlan['hashes']>): readonly string[] {
  const parts: string[] = []
  if (back > 0) {
    const may = atomic ? '' : ' (without scripts: what others write in that very moment is overwritten)'
    parts.push(
      `${formatNoun(back, 'hash gets', 'hashes get')} back what ${pluralForm(back, { one: 'it', other: 'they' })} held${may}`,
    )
  }
  if (left > 0) parts.push(`${formatNoun(left, 'hash was', 'hashes were')} changed since: what differs stays`)
  if (unsaved > 0)
    parts.push(
      `of ${formatNoun(unsaved, 'hash', 'hashes')} nothing was saved: ${pluralForm(unsaved, { one: 'it stays as it is', other: 'they stay as they are' })}`,
    )
  return parts
}

/** `unsure`: by whom they were acked. `given`: a group was given their copies. */
function separately(unsure: number, given: number): readonly string[] {
  const parts: string[] = []
  if (unsure > 0)
    parts.push(
      `${formatCount(unsure)} may have been acked from here, or by ${pluralForm(unsure, { one: 'its consumer', other: 'their consumers' })}: undone separately`,
    )
  if (given > 0)
    parts.push(
      `of ${formatCount(given)} a group was given the ${pluralForm(given, { one: 'copy', other: 'copies' })}: undone separately`,
    )
  return parts
}

function isOrAre(count: number): string {
  return pluralForm(count, { one: 'is', other: 'are' })
}

/** "Undone: 40 of 100. 60 can be undone after “claim to carol” is." Null: not undone in part. */
export function undonePartly({ counts, undo }: Pick<JournalRecord, 'counts' | 'undo'>): string | null {
  if (undo.partly === undefined) return null
  const { back, held, open, isStopped } = undo.partly
  // Of what was sent without an outcome nothing is in the counts.
  const found = held.reduce((sum, { entries }) => sum + entries, back + open)
  const all = Math.max(counts.changed + counts.unknown, found)
  const parts = [`Undone: ${formatCount(back)} of ${formatCount(all)}.`]
  for (const { summary, entries, isUndone } of held) {
    const what = `“${sentence(summary)}”`
    parts.push(
      isUndone
        ? `${formatCount(entries)} may be undone now: ${what} is undone.`
        : `${formatCount(entries)} can be undone after ${what} is.`,
    )
  }
  if (open > 0) parts.push(`${formatCount(open)} can be undone separately: look at the preview.`)
  if (isStopped === true) parts.push('The last undo did not come to its end: look at the preview.')
  return parts.join(' ')
}
