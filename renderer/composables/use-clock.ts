import { createSharedComposable, useIntervalFn } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'

/** The time now in ms since 1970, once a second, from one timer for the whole page. */
export const useClock = createSharedComposable((): Readonly<ShallowRef<number>> => {
  const now = shallowRef(Date.now())
  useIntervalFn(() => {
    now.value = Date.now()
  }, 1_000)
  return now
})
