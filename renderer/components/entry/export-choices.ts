import { compareIds, type EntryId } from '../../../shared/entry-id'
import { MOST_EXPORTED_IDS } from '../../../shared/model/export'
import type { EntryQuery } from '../../../shared/model/entry-query'
import { words } from '../../../shared/words/words'
import type { IdRange } from '../../composables/use-when'
import type { Copyable } from '../../composables/use-copy-dialog'
import type { Exportable } from '../../composables/use-export-dialog'

export interface EntriesShown {
  readonly length: number | null
  readonly ticked: readonly EntryId[]
  /** What is searched for; null: nothing. */
  readonly query: EntryQuery | null
  /** Between which ids. */
  readonly bounds: IdRange
  readonly rows: readonly { readonly id: EntryId }[]
  /** The rows are all that lie between the first and the last of them. */
  readonly isStretch: boolean
}

/** What of the entries on the screen may be exported: what is meant first. */
export function exportChoices({ length, ticked, query, bounds, rows, isStretch }: EntriesShown): readonly Exportable[] {
  const entries = { kind: 'entries', order: 'oldest' } as const
  const choices: Exportable[] = []
  if (ticked.length > 0 && ticked.length <= MOST_EXPORTED_IDS) {
    choices.push({ id: 'ticked', label: words.export.ticked(ticked.length), source: { ...entries, ids: [...ticked] } })
  }
  if (query !== null) choices.push({ id: 'found', label: words.export.found, source: { ...entries, ...bounds, query } })
  choices.push({ id: 'all', label: words.export.all(length), source: entries })
  const ids = rows.map(({ id }) => id)
  const [first, last] = [ids[0], ids.at(-1)]
  if (first === undefined || last === undefined || (!isStretch && ids.length > MOST_EXPORTED_IDS)) return choices
  const [from, to] = compareIds(first, last) <= 0 ? [first, last] : [last, first]
  const loaded = isStretch ? { from, to } : { ids }
  choices.push({ id: 'loaded', label: words.export.loaded(ids.length), source: { ...entries, ...loaded } })
  return choices
}

/** The same, to be copied. */
export function copyChoices(choices: readonly Exportable[]): readonly Copyable[] {
  return choices.flatMap(({ id, label, source }) => {
    if (source.kind !== 'entries') return []
    const { from, to, ids, query } = source
    return [
      { id, label, choice: { ...(from && { from }), ...(to && { to }), ...(ids && { ids }), ...(query && { query }) } },
    ]
  })
}
