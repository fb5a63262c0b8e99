import { computed, shallowRef, watch } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { PagedList } from '../stores/paged-list'
import type { Row } from '../stores/list-window'
import { useRefresh } from './use-refresh'

/** A paged list on screen: opens it, reads what shows again on each refresh, and pages as the table scrolls. */
export function usePagedView<T extends Row>(list: () => PagedList<T>) {
  const jumpError = shallowRef<unknown>(null)
  const current = computed(list)
  let shown: readonly [number, number] = [0, 0]

  const {
    error: loadError,
    isStale,
    refresh,
  } = useRefresh(async () => {
    const paged = current.value
    if (paged.opened.value) await paged.refresh(...shown)
    else await paged.open()
  }, current)

  watch(current, () => {
    shown = [0, 0]
    jumpError.value = null
  })

  /** Goes to an id, or to the start of the list. True once it is there. */
  async function jump(to?: EntryId): Promise<boolean> {
    jumpError.value = null
    try {
      return await current.value.open(to)
    } catch (caught) {
      jumpError.value = caught
      return false
    }
  }

  return {
    list: current,
    rows: computed(() => current.value.rows.value),
    isFirstLoad: computed(() => !current.value.opened.value),
    isLoadingMore: computed(() => current.value.loading.value.start || current.value.loading.value.end),
    error: computed(() => jumpError.value ?? loadError.value ?? current.value.error.value),
    stale: isStale,
    refresh,
    jump,
    shownRange: () => shown,
    onShown: (from: number, to: number): void => {
      shown = [from, to]
    },
    more: (side: 'start' | 'end') => current.value.more(side),
  }
}
