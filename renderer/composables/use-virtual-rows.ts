import { useResizeObserver } from '@vueuse/core'
import { computed, onActivated, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { mostRows, rowWindow, type RowWindow } from '../utils/row-window'

interface VirtualRowsOptions {
  readonly scroller: Readonly<Ref<HTMLElement | null>>
  readonly count: () => number
  /** All rows are equally high, px. */
  readonly rowHeight: () => number
  /** What stays above the rows when they scroll (a sticky header), px. */
  readonly headerHeight?: () => number
}

interface VirtualRows {
  readonly window: ComputedRef<RowWindow>
  /** As many elements as any window needs: row `index % slots` never meets another row of its window. */
  readonly slots: ComputedRef<number>
  readonly totalHeight: ComputedRef<number>
  readonly scrollTop: Readonly<Ref<number>>
  onScroll(): void
  /** Scrolls by as little as needs be for the row to show whole. */
  reveal(index: number): void
  scrollTo(top: number): void
}

/**
 * Which of many equally high rows to render. Everything follows from arithmetic, with nothing measured but the scroller's
 * height, so the first frame already has its rows.
 */
export function useVirtualRows(options: VirtualRowsOptions): VirtualRows {
  const { scroller, count, rowHeight, headerHeight = () => 0 } = options
  const scrollTop = shallowRef(0)
  const viewport = shallowRef(window.innerHeight)

  useResizeObserver(scroller, ([entry]) => {
    const height = entry?.contentRect.height ?? 0
    if (height > 0) viewport.value = height
  })

  const shown = computed(() =>
    rowWindow({ scrollTop: scrollTop.value, viewport: viewport.value, rowHeight: rowHeight(), count: count() }),
  )

  function onScroll(): void {
    if (scroller.value) scrollTop.value = scroller.value.scrollTop
  }

  function scrollTo(top: number): void {
    const element = scroller.value
    if (!element) return
    element.scrollTop = top
    scrollTop.value = element.scrollTop
  }

  function reveal(index: number): void {
    const element = scroller.value
    if (!element || index < 0) return
    const top = index * rowHeight()
    const bottom = top + rowHeight() + headerHeight()
    if (top < element.scrollTop) scrollTo(top)
    else if (bottom > element.scrollTop + element.clientHeight) scrollTo(bottom - element.clientHeight)
  }

  // A hidden element forgets its scroll position; it gets it back when it shows again. Setting it makes the browser lay
  // everything out at once, so it is left alone where there is nothing to give back.
  function restore(): void {
    if (scroller.value && scrollTop.value > 0) scroller.value.scrollTop = scrollTop.value
  }
  watch(scroller, restore)
  onActivated(restore)

  return {
    window: shown,
    slots: computed(() => mostRows(viewport.value, rowHeight())),
    totalHeight: computed(() => count() * rowHeight()),
    scrollTop,
    onScroll,
    reveal,
    scrollTo,
  }
}
