import { createSharedComposable } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { Bytes } from '../../shared/bytes'

/** A backup that is to be restored from, on a connection. */
export interface RestoreSubject {
  readonly connectionId: string
  /** Its name in the folder of backups. */
  readonly file: string
  /** Where its entries were; null where it doesn't tell. */
  readonly stream: Bytes | null
}

/** A restore into a new key that is done: it may get the stream's name. */
export interface SwapSubject {
  readonly connectionId: string
  readonly recordId: string
  readonly stream: Bytes
}

interface RestoreDialogs {
  readonly restore: ShallowRef<RestoreSubject | null>
  readonly swap: ShallowRef<SwapSubject | null>
}

/** What the dialogs to restore are open for; any part of the page may open them. */
export const useRestoreDialog = createSharedComposable((): RestoreDialogs => ({
  restore: shallowRef(null),
  swap: shallowRef(null),
}))
