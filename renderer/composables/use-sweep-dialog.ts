import { createSharedComposable } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'

/** `undo`: what a sweep did, by its id; `summary` says which. */
export type SweepSubject =
  | { readonly kind: 'sweep'; readonly connectionId: string }
  | { readonly kind: 'undo'; readonly connectionId: string; readonly sweepId: string; readonly summary: string }

/** What the dialog of sweeps is open for; any part of the page may open it. */
export const useSweepDialog = createSharedComposable((): { readonly subject: ShallowRef<SweepSubject | null> } => ({
  subject: shallowRef(null),
}))
