import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { compareIds } from '../../shared/entry-id'
import { bytesKey, type Bytes } from '../../shared/bytes'
import type { PendingEntry } from '../../shared/model/pending'

interface PendingSelection {
  readonly selected: ShallowRef<ReadonlySet<string>>
  /** In id order. */
  readonly ids: ComputedRef<readonly string[]>
  /** The one consumer that holds all that is ticked; null when there are several, or it is not known. */
  readonly holder: ComputedRef<Bytes | null>
  selectRows(rows: readonly PendingEntry[]): void
  clear(): void
}

/** A stretch of the pending list. `atStart`, `atEnd`: there is nothing beyond that side. */
interface Stretch {
  readonly rows: readonly PendingEntry[]
  readonly atStart: boolean
  readonly atEnd: boolean
}

/**
 * What is ticked in a pending list, over pages and refreshes. An entry that was acked or went elsewhere meanwhile drops
 * out of it, as far as the rows at hand can tell.
 */
export function usePendingSelection(stretch: () => Stretch): PendingSelection {
  const selected = shallowRef<ReadonlySet<string>>(new Set())

  watch(stretch, ({ rows, atStart, atEnd }) => {
    const [first, last] = [rows[0], rows.at(-1)]
    if (selected.value.size === 0) return
    if (!first || !last) {
      selected.value = new Set()
      return
    }
    const present = new Set(rows.map(({ id }) => id))
    const isOutOfSight = (id: string): boolean =>
      (!atStart && compareIds(id, first.id) < 0) || (!atEnd && compareIds(id, last.id) > 0)
    const kept = [...selected.value].filter((id) => present.has(id) || isOutOfSight(id))
    if (kept.length < selected.value.size) selected.value = new Set(kept)
  })

  const holder = computed(() => {
    const held = new Map<string, Bytes>()
    let found = 0
    for (const { id, consumer } of stretch().rows) {
      if (!selected.value.has(id)) continue
      found += 1
      held.set(bytesKey(consumer), consumer)
    }
    const [only] = held.values()
    return held.size === 1 && found === selected.value.size && only !== undefined ? only : null
  })

  return {
    selected,
    ids: computed(() => [...selected.value].sort(compareIds)),
    holder,
    selectRows: (some) => {
      selected.value = new Set([...selected.value, ...some.map(({ id }) => id)])
    },
    clear: () => {
      selected.value = new Set()
    },
  }
}
