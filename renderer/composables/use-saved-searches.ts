import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { displayName } from '../../shared/format/display-name'
import { matcher } from '../../shared/glob'
import type { SavedSearch, SavedSearchFields } from '../../shared/model/saved-search'
import { api } from '../api/client'
import { subscribe } from '../api/subscribe'
import type { StreamTarget } from '../stores/targets'

/** What is typed in a search bar, to be saved. */
export type TypedSearch = Pick<SavedSearchFields, 'query' | 'from' | 'to' | 'zone' | 'order'>

interface SavedSearches {
  /** Of the connection, by their names. */
  readonly all: Readonly<ShallowRef<readonly SavedSearch[]>>
  /** Those of the stream. */
  readonly here: ComputedRef<readonly SavedSearch[]>
}

/** The searches that were saved for a stream, followed as long as somebody looks. */
export function useSavedSearches(target: () => StreamTarget): SavedSearches {
  const all = shallowRef<readonly SavedSearch[]>([])
  let stop = (): void => undefined
  watch(
    () => target().connectionId,
    (connectionId) => {
      stop()
      all.value = []
      stop = subscribe(
        (signal) => api().search.watch({ connectionId }, { signal }),
        (told) => (all.value = told),
      )
    },
    { immediate: true },
  )
  onScopeDispose(() => stop())
  const here = computed(() => {
    const name = displayName(target().key)
    return all.value.filter(({ stream }) => matcher(stream)(name))
  })
  return { all, here }
}
