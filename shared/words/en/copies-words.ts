import type { Count } from '../../count'
import { displayBytes } from '../../bytes'
import type { CopiesPlan } from '../../model/restore'
import { displayName } from '../../format/display-name'
import { formatNoun } from '../../format/format-count'
import { formatSize } from '../../format/format-size'

/** "Adds 240 entries (12 KiB) to the end of orders, by new ids". */
function copiesSentence({ entries, there, stillCopied = 0, leftOut, bytes, key }: CopiesPlan): string {
  if (entries === 0 && stillCopied > 0) {
    return there + leftOut === 0
      ? 'Adds nothing: what the redrive moved is still where it went'
      : 'Adds nothing: none of them is to be added'
  }
  if (entries === 0 && there > 0) return `Adds nothing: ${displayName(key)} still holds them`
  if (entries === 0 && leftOut > 0) return 'Adds nothing: what the backup holds had stayed in the stream'
  if (entries === 0) return 'Adds nothing: the backup holds none of them'
  const what = `${formatNoun(entries, 'entry', 'entries')} (${formatSize(bytes)})`
  return `Adds ${what} to the end of ${displayName(key)}, by new ids, in their order`
}

/** Who will be given them; null when there is no group. */
function givenSentence({ groups, entries }: CopiesPlan): string | null {
  if (groups.length === 0 || entries === 0) return null
  const names = groups.slice(0, 5).map((name) => displayBytes(name))
  const more = groups.length > names.length ? ` and ${groups.length - names.length} more` : ''
  const whose = groups.length === 1 ? 'Its group' : `Each of its ${groups.length} groups`
  return `${whose} will be given all of them, as new: ${names.join(', ')}${more}.`
}

function copiesWarnings(plan: CopiesPlan): readonly string[] {
  const { damaged, notFound, creates, there, stillCopied = 0, copiesUntold = 0, unsure, leftOut, key } = plan
  const warnings: string[] = []
  if (there > 0) {
    const are = formatNoun(there, 'of them is', 'of them are')
    warnings.push(`${are} still in ${displayName(key)}, and will not be added once more.`)
  }
  if (stillCopied > 0) {
    const are = formatNoun(stillCopied, 'of them is', 'of them are')
    warnings.push(`${are} still where the redrive moved them, and will not be added once more.`)
  }
  if (copiesUntold > 0) {
    const of = copiesUntold === plan.entries ? '' : ` of ${formatNoun(copiesUntold, 'of them', 'of them')}`
    warnings.push(
      `Whether the copy${of} still lies where the redrive moved it can’t be told: what does is there twice then.`,
    )
  }
  if (unsure > 0) {
    const what = unsure === plan.entries ? 'these entries' : formatNoun(unsure, 'of these entries', 'of these entries')
    warnings.push(`Nothing says whether ${what} went by what the backup was made for, or by somebody else’s doing.`)
  }
  if (leftOut > 0) {
    const were = formatNoun(leftOut, 'more entry was saved and', 'more entries were saved and')
    warnings.push(`${were} stayed in the stream then: left out.`)
  }
  if (creates) warnings.push('The stream does not exist and will be created.')
  if (notFound > 0) warnings.push(`The backup does not hold ${formatNoun(notFound, 'of these ids', 'of these ids')}.`)
  if (damaged > 0) warnings.push(`${formatNoun(damaged, 'line')} of the backup can’t be read, and will be left out.`)
  return warnings
}

export const copiesWords = {
  takingItBack: (note: string) => `Taking it back: ${note}`,
  nameStream: 'Name the stream',
  finishIds: 'Finish the ids',
  nothingToAdd: 'There is nothing to add',
  runCount: (entries: Count) => `Add ${formatNoun(entries, 'entry', 'entries')}`,
  add: 'Add',
  stream: 'Stream',
  streamExample: 'orders',
  onlyTheseIds: 'Only these ids',
  allOfThem: 'all of them',
  isNoId: (badId: string) => `${badId} is no id: 1620973121009-0`,
  stayed: 'Also what was saved and stayed',
  stayedHint: 'The backup holds more than went: it was ended before all was removed. By now these may be gone as well.',
  copied: 'Also what is still where the redrive moved it',
  copiedHint: 'It is there twice then, and may be handled twice.',
  provenance: 'Add fields that say where each comes from',
  provenanceHint: 'sluice:restored and sluice:restored-id. By them a copy is known again when a reply gets lost.',
  firstOfThem: 'the first of them',
  sentence: copiesSentence,
  given: givenSentence,
  warnings: copiesWarnings,
}
