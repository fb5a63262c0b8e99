import { createSharedComposable } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { Bytes } from '../../shared/bytes'

/** Where entries of a file are to go. */
export interface ImportSubject {
  readonly connectionId: string
  /** Null: it is not named yet. */
  readonly stream: Bytes | null
}

/** What the dialog to import is open for; any part of the page may open it. */
export const useImportDialog = createSharedComposable((): { readonly subject: ShallowRef<ImportSubject | null> } => ({
  subject: shallowRef(null),
}))
