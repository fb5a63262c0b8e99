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
  const { rows, read } = search
  return [words.search.found(rows.length), words.search.readOf(read.entries, length), ...partly(read.partly)]
}
