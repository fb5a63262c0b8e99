import { createSharedComposable } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { StreamTarget } from '../stores/targets'

/** Dead letters that may go back to where they came from. */
export interface RedriveSubject {
  readonly target: StreamTarget
  /** Ticked, in order. */
  readonly ids: readonly EntryId[]
  /** All entries of the stream, as far as it is known. */
  readonly length: number | null
}

/** What the dialog to redrive is open for; any part of the page may open it. */
export const useRedriveDialog = createSharedComposable((): { readonly subject: ShallowRef<RedriveSubject | null> } => ({
  subject: shallowRef(null),
}))
