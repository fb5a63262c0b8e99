import { useElementSize } from '@vueuse/core'
import { computed, type ComputedRef, type ShallowRef } from 'vue'
import type { TableColumn } from './table-column'

/** `from`: it shows in a table of so many pixels or more; always, where it is left out. */
export type FittingColumn = TableColumn & { readonly from?: number }

/** The columns that have a place in a frame as wide as it is now. */
export function useFittingColumns(
  frame: Readonly<ShallowRef<HTMLElement | null>>,
  columns: readonly FittingColumn[],
): ComputedRef<readonly TableColumn[]> {
  const { width } = useElementSize(frame, { width: window.innerWidth, height: 0 })
  return computed(() => columns.filter(({ from = 0 }) => width.value >= from))
}
