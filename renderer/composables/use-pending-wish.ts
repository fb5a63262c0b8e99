import { createSharedComposable } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { Criteria } from '../../shared/model/selection'
import type { GroupTarget } from '../stores/targets'

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
