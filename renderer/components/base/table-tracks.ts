import { computed, type ComputedRef } from 'vue'
import type { TableColumn } from './table-column'

const TICK_WIDTH = 32

interface TableTracks {
  /** The columns of the grid, of header and rows alike. */
  readonly tracks: ComputedRef<string>
  /** Header and rows get the same least width, or their tracks would part once the table scrolls sideways. */
  readonly minWidth: ComputedRef<string>
}

/** How wide the columns of a table are; before them, where rows can be ticked, that of the checkboxes. */
export function useTableTracks(columns: () => readonly TableColumn[], selectable: () => boolean): TableTracks {
  return {
    tracks: computed(() => {
      const own = columns().map(({ width }) => width)
      return (selectable() ? [`${TICK_WIDTH}px`, ...own] : own).join(' ')
    }),
    minWidth: computed(() => `${leastWidth(columns()) + (selectable() ? TICK_WIDTH : 0)}px`),
  }
}

/** The least width of these columns together, px: narrower than that, a table scrolls sideways. */
function leastWidth(columns: readonly TableColumn[]): number {
  return columns.reduce((sum, { width }) => sum + Number(/(\d+)px/.exec(width)?.[1] ?? 0), 0)
}
