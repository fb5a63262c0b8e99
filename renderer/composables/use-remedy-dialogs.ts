import { createSharedComposable } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { GroupTarget, StreamTarget } from '../stores/targets'

/** A group that is to be made again, as it was. */
export interface GroupToCreate {
  readonly target: StreamTarget
  readonly name: string
  /** Where it begins; null: at the first entry of a stream that is to be made as well. */
  readonly at: EntryId | null
}

interface RemedyDialogs {
  readonly groupChange: ShallowRef<{ readonly kind: 'set id' | 'remove consumer'; readonly target: GroupTarget } | null>
  readonly trim: ShallowRef<{ readonly target: StreamTarget; readonly length: number } | null>
  readonly create: ShallowRef<GroupToCreate | null>
}

/** What the dialogs are open for that a finding leads to, beside those which every view leads to. */
export const useRemedyDialogs = createSharedComposable((): RemedyDialogs => ({
  groupChange: shallowRef(null),
  trim: shallowRef(null),
  create: shallowRef(null),
}))
