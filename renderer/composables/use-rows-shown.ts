import { watch, type Ref } from 'vue'
import type { RowWindow } from '../utils/row-window'

interface RowsShown {
  /** The rows now in the page: index of the first, and after the last. */
  shown(from: number, to: number): void
  /** Within a screen of the end, or of the start: time to load more. */
  reachedEnd(): void
  reachedStart(): void
}

/** Tells which rows of a long list are in the page, and when they are near an end of what is loaded. */
export function useRowsShown(window: Readonly<Ref<RowWindow>>, count: () => number, tell: RowsShown): void {
  watch(
    [window, count],
    ([{ from, to }, rows]) => {
      tell.shown(from, to)
      const screen = to - from
      if (rows > 0 && to >= rows - screen) tell.reachedEnd()
      if (rows > 0 && from <= screen) tell.reachedStart()
    },
    { immediate: true },
  )
}
