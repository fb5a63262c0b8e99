import { computed, type ComputedRef, type ShallowRef } from 'vue'
import { bytesKey, type Bytes } from '../../shared/bytes'
import type { PendingEntry } from '../../shared/model/pending'
import { useIdSelection, type Stretch } from './use-id-selection'

interface PendingSelection {
  readonly selected: ShallowRef<ReadonlySet<string>>
  /** In id order. */
  readonly ids: ComputedRef<readonly string[]>
  /** The one consumer that holds all that is ticked; null when there are several, or it is not known. */
  readonly holder: ComputedRef<Bytes | null>
  selectRows(rows: readonly PendingEntry[]): void
  clear(): void
}

/** What is ticked in a pending list: what was acked or went elsewhere meanwhile drops out of it. */
export function usePendingSelection(stretch: () => Omit<Stretch<PendingEntry>, 'order'>): PendingSelection {
  const { selected, ids, clear } = useIdSelection(() => ({ ...stretch(), order: 'oldest' as const }))

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
    ids,
    holder,
    selectRows: (some) => {
      selected.value = new Set([...selected.value, ...some.map(({ id }) => id)])
    },
    clear,
  }
}
