import { computed, onActivated, onDeactivated, onScopeDispose, shallowRef, watch } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { PagedList } from '../stores/paged-list'
import type { Row } from '../stores/list-window'
import { useRefreshBeat } from '../stores/refresh'
import { useRefresh } from './use-refresh'

/**
 * A paged list on screen: opens it, looks again at what shows on each beat (or reads it whole, when asked to), and pages as the table scrolls
 * or is not full. One that `rests` is read when a person asks, and on no beat.
 */
export function usePagedView<T extends Row>(list: () => PagedList<T>, rests: () => boolean = () => false) {
  const jumpError = shallowRef<unknown>(null)
  const current = computed(list)
  let shown: readonly [number, number] = [0, 0]
  let isHidden = false
  const pulse = useRefreshBeat()
  let [beat, asked] = [pulse.beat, pulse.asked]
  /** By this machine's clock, ms since 1970. */
  const readAtMs = shallowRef<number | null>(null)

  const {
    error: loadError,
    isStale,
    refresh,
  } = useRefresh(async () => {
    const paged = current.value
    const isBeat = pulse.beat !== beat && pulse.asked === asked
    ;[beat, asked] = [pulse.beat, pulse.asked]
    if (isBeat && paged.opened.value && rests()) return
    if (paged.opened.value) await paged.refresh(...shown, { whole: !isBeat })
    else await paged.open()
    readAtMs.value = Date.now()
    if (paged === current.value && shown[1] >= paged.rows.value.length) void more('end')
  }, current)

  onActivated(() => {
    isHidden = false
    if (shown[1] >= current.value.rows.value.length) void more('end')
  })
  onDeactivated(() => {
    isHidden = true
  })
  onScopeDispose(() => {
    isHidden = true
  })
  watch(current, () => {
    shown = [0, 0]
    jumpError.value = null
    readAtMs.value = null
  })

  /** A page of a filtered list may bring no row: then on to the next, as long as this list is looked at. */
  async function more(side: 'start' | 'end'): Promise<void> {
    const paged = current.value
    for (;;) {
      const { length } = paged.rows.value
      const next = paged.next.value
      await paged.more(side)
      const isSearched = paged.rows.value.length !== length || paged.next.value === next || paged.next.value === null
      if (side === 'start' || isSearched || isHidden || paged !== current.value) return
    }
  }

  /** Goes to an id, or to the start of the list. True once it is there. */
  async function jump(to?: EntryId): Promise<boolean> {
    jumpError.value = null
    try {
      const isThere = await current.value.open(to)
      if (isThere) readAtMs.value = Date.now()
      if (isThere && current.value.rows.value.length === 0) void more('end')
      return isThere
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
    readAtMs,
    refresh,
    jump,
    shownRange: () => shown,
    onShown: (from: number, to: number): void => {
      shown = [from, to]
    },
    more,
  }
}
