import { onScopeDispose, shallowRef, watch } from 'vue'

const SETTLE_MS = 200

/**
 * The plan of what is asked for (null: nothing yet), made by reading only, and anew when that changes. A plan that was
 * overtaken, or whose place was left, is given up by its signal.
 */
export function usePlan<Input, Plan>(
  input: () => Input | null,
  make: (input: Input, signal: AbortSignal) => Promise<Plan>,
) {
  const plan = shallowRef<Plan | null>(null)
  const error = shallowRef<unknown>(null)
  const planning = shallowRef(false)
  let controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function begin(wanted: Input): Promise<void> {
    const { signal } = controller
    try {
      const made = await make(wanted, signal)
      if (!signal.aborted) plan.value = made
    } catch (caught) {
      if (!signal.aborted) error.value = caught
    } finally {
      if (!signal.aborted) planning.value = false
    }
  }

  function restart(wanted: Input | null, waitMs: number): void {
    clearTimeout(timer)
    controller.abort()
    controller = new AbortController()
    plan.value = null
    error.value = null
    planning.value = wanted !== null
    if (wanted !== null) timer = setTimeout(() => void begin(wanted), waitMs)
  }

  watch(
    () => JSON.stringify(input()),
    (_now, before) => restart(input(), before === undefined ? 0 : SETTLE_MS),
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    controller.abort()
  })
  return { plan, error, planning, again: () => restart(input(), 0) }
}
