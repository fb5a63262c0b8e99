import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { RedriveSelection } from '../../../shared/model/redrive'
import { createByteBudget } from '../../redis/byte-budget'
import type { StreamInfo } from '../../redis/xinfo'
import { entriesById, entryBytes, type RawEntry } from '../../redis/xrange'
import type { Source } from '../../redis/source'
import { walk } from '../inspection/stream-walk'
import { requireRange } from '../lib/require-range'

/** A selection, fixed when the plan is made: nothing that is added later is in it. */
export type Reach =
  | { readonly kind: 'ids'; readonly ids: readonly EntryId[] }
  | { readonly kind: 'span'; readonly from: string; readonly to: EntryId }

/** Throws BAD_INPUT for a range that ends before it begins. */
export function reachOf(selection: RedriveSelection, { lastGeneratedId }: StreamInfo): Reach {
  if (selection.kind === 'ids') return { kind: 'ids', ids: [...new Set(selection.ids)].sort(compareIds) }
  if (selection.kind === 'all') return { kind: 'span', from: '-', to: lastGeneratedId }
  const { from, to } = selection
  requireRange(selection, 'selection.from')
  return { kind: 'span', from, to: compareIds(to, lastGeneratedId) < 0 ? to : lastGeneratedId }
}

/** Entries in order, and how many ids were looked up that are not there. */
export interface LetterPage {
  readonly entries: readonly RawEntry[]
  readonly missing: number
}

/** In commands of at most 1000 entries, of about 4 MiB: few at first, since nobody knows how large they are. */
export async function* readLetters(source: Source, reach: Reach): AsyncGenerator<LetterPage, void> {
  const { reader, key } = source
  if (reach.kind === 'span') {
    for await (const entries of walk(reader, key, { from: reach.from, to: reach.to })) {
      yield { entries, missing: 0 }
    }
    return
  }
  const budget = createByteBudget(4)
  for (let at = 0; at < reach.ids.length;) {
    const slice = reach.ids.slice(at, at + budget.count(100))
    at += slice.length
    const found = await entriesById(reader, key, slice)
    const entries = slice.flatMap((id) => found.get(id) ?? [])
    budget.saw(
      slice.length,
      entries.reduce((sum, entry) => sum + entryBytes(entry), 0),
    )
    yield { entries, missing: slice.length - entries.length }
  }
}
