import { displayBytes } from '../../bytes'
import type { CopiesPlan } from '../../model/restore'
import { displayName } from '../../format/display-name'
import { formatNoun } from '../../format/format-count'
import { formatSize } from '../../format/format-size'

/** "Adds 240 entries (12 KiB) to the end of orders, by new ids". */
export function copiesSentence({ entries, bytes, key }: CopiesPlan): string {
  if (entries === 0) return 'Adds nothing: the backup holds none of them'
  const what = `${formatNoun(entries, 'entry', 'entries')} (${formatSize(bytes)})`
  return `Adds ${what} to the end of ${displayName(key)}, by new ids, in their order`
}

/** Who will be given them; null when there is no group. */
export function givenSentence({ groups, entries }: CopiesPlan): string | null {
  if (groups.length === 0 || entries === 0) return null
  const names = groups.slice(0, 5).map((name) => displayBytes(name))
  const more = groups.length > names.length ? ` and ${groups.length - names.length} more` : ''
  const whose = groups.length === 1 ? 'Its group' : `Each of its ${groups.length} groups`
  return `${whose} will be given all of them, as new: ${names.join(', ')}${more}.`
}

export function copiesWarnings({ damaged, notFound, creates }: CopiesPlan): readonly string[] {
  const warnings: string[] = []
  if (creates) warnings.push('The stream does not exist and will be created.')
  if (notFound > 0) warnings.push(`The backup does not hold ${formatNoun(notFound, 'of these ids', 'of these ids')}.`)
  if (damaged > 0) warnings.push(`${formatNoun(damaged, 'line')} of the backup can’t be read, and will be left out.`)
  return warnings
}
