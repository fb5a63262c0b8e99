import { computed, onScopeDispose, shallowRef, watch, type ComputedRef } from 'vue'

/** So many are mounted in one go: what takes 2 ms each holds up a click for no longer than 30 ms. */
const STEP = 12

/**
 * The first of `items`, and a moment later some more, until all are there: so that a long list of what is dear to mount lets keys and
 * clicks in between. Begins anew where `of` is another; what is read again for the same stays whole.
 */
export function useInSteps<T>(items: () => readonly T[], of: () => string): ComputedRef<readonly T[]> {
  const count = shallowRef(STEP)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    of,
    () => {
      count.value = STEP
    },
    { flush: 'sync' },
  )
  watch(
    [count, () => items().length],
    ([shown, length]) => {
      clearTimeout(timer)
      if (shown < length) timer = setTimeout(() => (count.value += STEP), 0)
    },
    { immediate: true, flush: 'post' },
  )
  onScopeDispose(() => clearTimeout(timer))
  return computed(() => (items().length <= count.value ? items() : items().slice(0, count.value)))
}
