import { computed, useId, type ComputedRef } from 'vue'
import type { RowWindow } from '../../utils/row-window'

/** A row that is in the page. */
export interface TableItem<Row> {
  readonly row: Row
  readonly index: number
  readonly key: string
  /** What Vue knows its element by. */
  readonly slot: string | number
  /** Its element's id. */
  readonly id: string
  /** px from the first row's top. */
  readonly top: number
}

interface TableItemsOptions<Row> {
  readonly rows: () => readonly Row[]
  readonly keys: () => readonly string[]
  readonly window: () => RowWindow
  /** How many elements are used in turn; null: each row has its own. */
  readonly slots: () => number | null
  /** px. */
  readonly rowHeight: () => number
  readonly activeIndex: () => number
}

interface TableItems<Row> {
  readonly items: ComputedRef<readonly TableItem<Row>[]>
  /** The element of the active row, while it is in the page. */
  readonly activeId: ComputedRef<string | undefined>
}

/** The rows of the window, with what their elements are known by. */
export function useTableItems<Row>(options: TableItemsOptions<Row>): TableItems<Row> {
  const { rows, keys, window, slots, rowHeight, activeIndex } = options
  const id = useId()
  const idOf = (index: number): string => `${id}-row-${index}`

  const items = computed(() => {
    const { from, to } = window()
    const inTurn = slots()
    return rows()
      .slice(from, to)
      .map((row, at) => {
        const index = from + at
        const key = keys()[index] ?? ''
        const slot = inTurn === null ? key : index % inTurn
        return { row, index, key, slot, id: idOf(index), top: index * rowHeight() }
      })
  })
  const activeId = computed(() => {
    const { from, to } = window()
    return activeIndex() >= from && activeIndex() < to ? idOf(activeIndex()) : undefined
  })
  return { items, activeId }
}
