import { nextTick, type Ref } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { Row } from '../stores/list-window'
import type { PagedList } from '../stores/paged-list'

interface JumpedList<T extends Row> {
  readonly list: Readonly<Ref<PagedList<T>>>
  jump(to: EntryId | undefined): Promise<boolean>
}

interface JumpedTable {
  toTop(): void
  showAround(id: EntryId): void
  focus(): void
}

/** Leads a paged list, and the table that shows it, to an id, or to what is nearest; null: to where it begins. */
export function useJump<T extends Row>(
  { list, jump }: JumpedList<T>,
  table: Readonly<Ref<JumpedTable | null>>,
): (to: EntryId | null) => Promise<void> {
  return async (to) => {
    if (!(await jump(to ?? undefined))) return
    await nextTick()
    if (to === null) return table.value?.toTop()
    const { rows, indexOf } = list.value
    const landed = rows.value[Math.min(indexOf(to), rows.value.length - 1)]
    if (landed) table.value?.showAround(landed.id)
    table.value?.focus()
  }
}
