import { createGlobalState } from '@vueuse/core'
import { shallowRef, watch, type ShallowRef } from 'vue'
import { streamTargetKey, type StreamTarget } from '../stores/targets'
import { useWhen, type IdRange } from './use-when'

/** Between which ids or times the entries of a stream are to be shown, as they are typed. */
export interface EntriesWish {
  readonly target: StreamTarget
  readonly from: string
  readonly to: string
}

/** Left by whoever leads to the entries of a time, and may be gone before their list is there, which takes it away. */
export const useEntriesWish = createGlobalState((): ShallowRef<EntriesWish | null> => shallowRef(null))

/** For the list of a stream's entries: what is wished of it, as typed and as understood, now or later; each once. */
export function useWishedEntries(
  target: () => StreamTarget,
  take: (typed: Pick<EntriesWish, 'from' | 'to'>, bounds: IdRange) => void,
): void {
  const wish = useEntriesWish()
  const { read } = useWhen()
  watch(
    wish,
    (wished) => {
      if (wished === null || streamTargetKey(wished.target) !== streamTargetKey(target())) return
      wish.value = null
      const { from, to } = wished
      const [first, last] = [read(from, 'low'), read(to, 'high')]
      take({ from, to }, { ...('id' in first ? { from: first.id } : {}), ...('id' in last ? { to: last.id } : {}) })
    },
    { immediate: true },
  )
}
