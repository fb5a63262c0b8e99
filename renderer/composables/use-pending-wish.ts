import { createSharedComposable } from '@vueuse/core'
import { shallowRef, watch, type ShallowRef } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { Criteria } from '../../shared/model/selection'
import { groupTargetKey, type GroupTarget } from '../stores/targets'

/** Which of a group's pending entries its view is to show, once it is there; and the one whose drawer is to be open. */
export interface PendingWish {
  readonly target: GroupTarget
  readonly criteria: Criteria
  readonly opened: EntryId | null
  /** It is to be compared with others at once. */
  readonly why?: true
}

/** Left by whoever opens a group for something in it; its view takes it away. */
export const usePendingWish = createSharedComposable((): ShallowRef<PendingWish | null> => shallowRef(null))

/** For the pending list of a group: what is wished of it, now or later; each once. */
export function useWishedPending(target: () => GroupTarget, take: (wish: PendingWish) => void): void {
  const wish = usePendingWish()
  watch(
    wish,
    (wished) => {
      if (wished === null || groupTargetKey(wished.target) !== groupTargetKey(target())) return
      wish.value = null
      take(wished)
    },
    { immediate: true },
  )
}
