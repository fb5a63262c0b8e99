import { createSharedComposable } from '@vueuse/core'
import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { StreamTarget } from '../stores/targets'
import { useWhyNot } from './use-permission'

/** Entries of a stream that may be deleted. */
export interface DeletionSubject {
  readonly target: StreamTarget
  /** Ticked, or the one that is open; in order. None: a range is asked for. */
  readonly ids: readonly EntryId[]
}

/** What the dialog to delete entries is open for; any part of the page may open it. */
export const useDeletionDialog = createSharedComposable(
  (): { readonly subject: ShallowRef<DeletionSubject | null> } => ({ subject: shallowRef(null) }),
)

interface Deletion {
  /** Why nothing can be deleted, in words. */
  readonly whyNot: ComputedRef<string | null>
  /** Opens the dialog, where it is possible. */
  ask(ids: readonly EntryId[]): void
}

/** Deleting entries of a stream: by XDELEX, or by XDEL where there is none. */
export function useDeletion(target: () => StreamTarget): Deletion {
  const { subject } = useDeletionDialog()
  const whyNotBy = useWhyNot()
  const whyNot = computed(() => (whyNotBy('xdelex') === null ? null : whyNotBy('xdel')))
  return {
    whyNot,
    ask(ids) {
      if (whyNot.value === null) subject.value = { target: target(), ids }
    },
  }
}
