import { computed, type ComputedRef } from 'vue'
import type { EntryQuery } from '../../../shared/model/entry-query'
import { words } from '../../../shared/words/words'
import type { EntrySearch } from '../../composables/use-entry-search'
import type { RowOrder } from '../../stores/list-window'

interface EntriesSaid {
  /** What the table of entries is called. */
  readonly label: ComputedRef<string>
  /** Why it has no rows. */
  readonly emptiness: ComputedRef<{ readonly title: string; readonly detail: string }>
}

/** What is said of a list of entries: in its order, of what a search found, or live, where `tail` is not null. */
export function useEntriesSaid(
  order: () => RowOrder,
  found: () => EntrySearch | null,
  tail: () => { readonly query: EntryQuery | null } | null,
): EntriesSaid {
  return {
    label: computed(() => {
      if (tail()) return words.entries.entriesAsTheyCome
      return found() ? words.search.label : words.entries.inOrder[order()]
    }),
    emptiness: computed(() => {
      const [live, search] = [tail(), found()]
      if (live) {
        const title = live.query ? words.search.noneCame : words.entries.waitingForEntries
        return { title, detail: words.entries.waitingText }
      }
      if (search?.state === 'done') return { title: words.search.nothing, detail: words.search.nothingText }
      if (search) {
        const detail = search.state === 'paused' ? words.search.stoppedText : ''
        return { title: words.search.nothingYet, detail }
      }
      return { title: words.entries.emptyTitle, detail: words.entries.emptyText }
    }),
  }
}
