import { idTimeMs, type EntryId } from '../../../shared/entry-id'
import { shownZone } from '../../../shared/time/shown-zone'
import { formatInZone } from '../../../shared/time/zone'
import { words } from '../../../shared/words/words'
import type { EntrySearch } from '../../composables/use-entry-search'
import type { TailBuffer } from '../../stores/tail-buffer'

/** How far a search is, of a stream of so many entries, or what a filtered tail has come to. */
export function searchFigures(
  search: EntrySearch | null,
  tail: TailBuffer | null,
  length: number | null,
): readonly string[] {
  const partly = (entries: number): readonly string[] => (entries > 0 ? [words.search.partly(entries)] : [])
  if (tail) return [words.search.found(tail.received), words.search.passedOver(tail.passed), ...partly(tail.partly)]
  if (!search) return []
  const { rows, read, bounds } = search
  const { from, to } = bounds
  const isWhole = from === undefined && to === undefined
  return [
    words.search.found(rows.length),
    words.search.readOf(read.entries, isWhole ? length : null),
    ...partly(read.partly),
    ...(isWhole ? [] : [words.search.between(placeText(from), placeText(to))]),
  ]
}

/** The end of a range, and its time with the zone; null: there is none. */
function placeText(id: EntryId | undefined): string | null {
  if (id === undefined) return null
  const atMs = idTimeMs(id)
  return atMs === null ? id : formatInZone(atMs, shownZone())
}
