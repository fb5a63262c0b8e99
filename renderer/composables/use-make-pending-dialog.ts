import { createSharedComposable } from '@vueuse/core'
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { GroupTarget } from '../stores/targets'
import { useWhyNot } from './use-permission'

/** Entries that nobody in a group holds any more. */
export interface MakePendingSubject {
  readonly target: GroupTarget
  /** None: they are asked for. */
  readonly ids: readonly EntryId[]
}

/** What the dialog to make entries pending is open for; any part of the page may open it. */
export const useMakePendingDialog = createSharedComposable(
  (): { readonly subject: ShallowRef<MakePendingSubject | null> } => ({ subject: shallowRef(null) }),
)

interface MakePending {
  /** Why nothing can be made pending, in words. */
  readonly whyNot: ComputedRef<string | null>
  /** Opens the dialog, where it is possible. */
  ask(subject: MakePendingSubject): void
}

export function useMakePending(): MakePending {
  const { subject } = useMakePendingDialog()
  const whyNotBy = useWhyNot()
  const whyNot = computed(() => whyNotBy('xclaim'))
  return {
    whyNot,
    ask(asked) {
      if (whyNot.value === null) subject.value = asked
    },
  }
}
