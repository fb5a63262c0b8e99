import { createSharedComposable } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { ExportSource } from '../../shared/model/export'
import type { StreamTarget } from '../stores/targets'

/** What may be exported, by what a person calls it. */
export interface Exportable {
  readonly id: string
  readonly label: string
  readonly source: ExportSource
}

export interface ExportSubject {
  readonly target: StreamTarget
  /** As a person reads it. */
  readonly name: string
  /** What is meant comes first; of one kind, and one at least. */
  readonly choices: readonly Exportable[]
}

/** What the dialog to export is open for; any part of the page may open it. */
export const useExportDialog = createSharedComposable((): { readonly subject: ShallowRef<ExportSubject | null> } => ({
  subject: shallowRef(null),
}))
