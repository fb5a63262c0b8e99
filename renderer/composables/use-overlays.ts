import { createSharedComposable } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { Connection, Endpoint } from '../../shared/model/connection'

/** What the connection form is open for. `endpoint`, `name`: filled in instead of the connection's own. */
export type FormSubject =
  | { readonly kind: 'new' }
  | { readonly kind: 'edit'; readonly connection: Connection; readonly endpoint?: Endpoint }
  /** A new one that begins as that one is. What was given from outside keeps its secrets to itself. */
  | { readonly kind: 'copy'; readonly connection: Connection; readonly endpoint?: Endpoint; readonly name?: string }

export interface PasswordQuestion {
  readonly connection: Connection
  /** The error that led to the question, for the words above the field. */
  readonly cause: unknown
}

interface Overlays {
  readonly isPaletteOpen: ShallowRef<boolean>
  readonly isSheetOpen: ShallowRef<boolean>
  readonly form: ShallowRef<FormSubject | null>
  readonly password: ShallowRef<PasswordQuestion | null>
}

/** Which of the page's own dialogs are open; any part of the page may open them. */
export const useOverlays = createSharedComposable((): Overlays => ({
  isPaletteOpen: shallowRef(false),
  isSheetOpen: shallowRef(false),
  form: shallowRef(null),
  password: shallowRef(null),
}))
