import { createSharedComposable } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { RecoveryAction } from '../../shared/model/recovery-action'
import type { Selection } from '../../shared/model/selection'
import type { GroupTarget } from '../stores/targets'

/** Some of a group's entries, in words and as they are asked for. */
export interface EntriesChoice {
  readonly id: string
  readonly label: string
  readonly selection: Selection
}

export interface RecoverySubject {
  readonly target: GroupTarget
  /** At least one; the first one is chosen. */
  readonly choices: readonly EntriesChoice[]
  /** What is likely to be done. */
  readonly action?: RecoveryAction['kind']
}

/** A record of the journal: its undo is to be looked at, or its rest to be done. */
export interface RecordSubject {
  readonly connectionId: string
  readonly recordId: string
  readonly summary: string
  /** Only these of its entries: those that failed. */
  readonly ids?: readonly EntryId[]
}

interface RecoveryDialogs {
  readonly subject: ShallowRef<RecoverySubject | null>
  readonly resume: ShallowRef<RecordSubject | null>
  readonly undo: ShallowRef<RecordSubject | null>
  /** Opens the dialog for what is on screen; null where there is nothing to recover. */
  readonly here: ShallowRef<(() => void) | null>
}

/** What the recovery dialogs are open for; any part of the page may open them. */
export const useRecoveryDialog = createSharedComposable((): RecoveryDialogs => ({
  subject: shallowRef(null),
  resume: shallowRef(null),
  undo: shallowRef(null),
  here: shallowRef(null),
}))
