import { useIntervalFn } from '@vueuse/core'
import { computed, shallowRef, watch } from 'vue'

/** So long masked values stay on the screen once they were asked for. */
const SHOWN_MS = 60_000

/**
 * Whether the masked values of what is on the screen are shown: for a minute by the clock, and of what `subject` says only. `onChange`: then it
 * is read again.
 */
export function useShownMasked(subject: () => string, onChange: (isShown: boolean) => unknown) {
  const untilMs = shallowRef(0)
  const nowMs = shallowRef(0)
  // By the clock: a tab in the background counts no seconds.
  const { pause, resume } = useIntervalFn(() => (nowMs.value = Date.now()), 1_000, { immediate: false })
  const leftS = computed(() => Math.max(0, Math.ceil((untilMs.value - nowMs.value) / 1_000)))
  const isShown = computed(() => leftS.value > 0)

  watch(subject, () => (untilMs.value = 0), { flush: 'sync' })
  watch(isShown, (shown) => {
    if (shown) resume()
    else pause()
    onChange(shown)
  })
  return {
    ...{ isShown, leftS },
    show(): void {
      nowMs.value = Date.now()
      untilMs.value = nowMs.value + SHOWN_MS
    },
    hide: () => (untilMs.value = 0),
  }
}
