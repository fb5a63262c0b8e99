import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { compareIds, type EntryId } from '../../shared/entry-id'
import type { RowOrder } from '../stores/list-window'

interface Identified {
  readonly id: EntryId
}

/** A stretch of a list of entries. `atStart`, `atEnd`: there is nothing beyond that side. */
export interface Stretch<Row extends Identified> {
  /** False for a list that is loaded anew, until it has come: no row of it tells anything yet. */
  readonly isRead: boolean
  readonly rows: readonly Row[]
  readonly order: RowOrder
  readonly atStart: boolean
  readonly atEnd: boolean
}

interface IdSelection {
  readonly selected: ShallowRef<ReadonlySet<string>>
  /** In id order. */
  readonly ids: ComputedRef<readonly EntryId[]>
  clear(): void
}

/**
 * What is ticked in a list of entries, over pages and refreshes. What is no longer in the list drops out of it, as far as
 * the rows at hand can tell.
 */
export function useIdSelection<Row extends Identified>(stretch: () => Stretch<Row>): IdSelection {
  const selected = shallowRef<ReadonlySet<string>>(new Set())

  watch(stretch, ({ isRead, rows, order, atStart, atEnd }) => {
    const [first, last] = [rows[0], rows.at(-1)]
    if (!isRead || selected.value.size === 0) return
    if (!first || !last) {
      selected.value = new Set()
      return
    }
    const present = new Set(rows.map(({ id }) => id))
    const sign = order === 'oldest' ? 1 : -1
    const isOutOfSight = (id: string): boolean =>
      (!atStart && sign * compareIds(id, first.id) < 0) || (!atEnd && sign * compareIds(id, last.id) > 0)
    const kept = [...selected.value].filter((id) => present.has(id) || isOutOfSight(id))
    if (kept.length < selected.value.size) selected.value = new Set(kept)
  })

  return {
    selected,
    ids: computed(() => [...selected.value].sort(compareIds)),
    clear: () => {
      selected.value = new Set()
    },
  }
}
