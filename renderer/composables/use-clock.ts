import { createSharedComposable, useIntervalFn } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import { useWhileShown } from './use-while-shown'

const useTimer = createSharedComposable((): Readonly<ShallowRef<number>> => {
  const now = shallowRef(Date.now())
  useIntervalFn(() => {
    now.value = Date.now()
  }, 1_000)
  return now
})

/** The time now in ms since 1970, once a second while the view is shown, from one timer for the whole page. */
export function useClock(): Readonly<ShallowRef<number>> {
  const now = useTimer()
  return useWhileShown(() => now.value)
}
