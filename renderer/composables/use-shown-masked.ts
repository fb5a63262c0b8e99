import { useIntervalFn } from '@vueuse/core'
import { computed, shallowRef, watch } from 'vue'

/** So long masked values stay on the screen once they were asked for. */
const SHOWN_S = 60

/** Whether the masked values of what is on the screen are shown: for a minute, and of what `subject` says only. `onChange`: then it is read again. */
export function useShownMasked(subject: () => string, onChange: () => unknown) {
  const leftS = shallowRef(0)
  const { pause, resume } = useIntervalFn(() => (leftS.value -= 1), 1_000, { immediate: false })
  const isShown = computed(() => leftS.value > 0)

  watch(subject, () => (leftS.value = 0), { flush: 'sync' })
  watch(isShown, (shown) => {
    if (shown) resume()
    else pause()
    onChange()
  })
  return { isShown, leftS, show: () => (leftS.value = SHOWN_S), hide: () => (leftS.value = 0) }
}
