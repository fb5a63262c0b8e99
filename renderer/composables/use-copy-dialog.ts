import { createSharedComposable } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { Bytes } from '../../shared/bytes'
import type { EntriesChoice } from '../../shared/model/export'
import type { StreamTarget } from '../stores/targets'

/** What of a stream is to be copied, by what a person calls it. */
export interface Copyable {
  readonly id: string
  readonly label: string
  readonly choice: EntriesChoice
}

/** `resumes`: the record of a copy that stopped, which says all but where it goes on to. */
export type CopySubject =
  | { readonly kind: 'entries'; readonly source: StreamTarget; readonly choices: readonly Copyable[] }
  | {
      readonly kind: 'rest'
      readonly connectionId: string
      readonly key: Bytes
      readonly recordId: string
      /** Which it was. */
      readonly summary: string
    }

/** What the dialog to copy is open for; any part of the page may open it. */
export const useCopyDialog = createSharedComposable((): { readonly subject: ShallowRef<CopySubject | null> } => ({
  subject: shallowRef(null),
}))
