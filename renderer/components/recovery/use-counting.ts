import { onScopeDispose, shallowRef, watch } from 'vue'

/** How far a walk over the pending list has come. */
export interface Progress {
  readonly walked: number
  readonly total: number
  /** Of those looked at, what matches; absent where all do. */
  readonly matched?: number
}

export type Step<Plan> = ({ readonly state: 'reading' } & Progress) | { readonly state: 'ready'; readonly plan: Plan }

interface CountingOptions<Plan> {
  /** What is asked for, as a text to compare by; null: nothing yet. */
  readonly asked: () => string | null
  readonly begin: (signal: AbortSignal) => Promise<AsyncIterable<Step<Plan>>>
  readonly settleMs?: number
}

const SETTLE_MS = 200

/**
 * A plan that is counted step by step, anew when what is asked for changes. Stops for good when its place is left; then
 * the host stops, too.
 */
export function useCounting<Plan>({ asked, begin, settleMs = SETTLE_MS }: CountingOptions<Plan>) {
  const plan = shallowRef<Plan | null>(null)
  const progress = shallowRef<Progress | null>(null)
  const error = shallowRef<unknown>(null)
  const state = shallowRef<'none' | 'counting' | 'stopped' | 'failed' | 'ready'>('none')
  let controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function count(): Promise<void> {
    const { signal } = controller
    try {
      for await (const step of await begin(signal)) {
        if (signal.aborted) return
        if (step.state === 'reading') progress.value = step
        else {
          plan.value = step.plan
          state.value = 'ready'
        }
      }
    } catch (caught) {
      if (signal.aborted) return
      error.value = caught
      state.value = 'failed'
    }
  }

  function halt(): void {
    clearTimeout(timer)
    controller.abort()
    controller = new AbortController()
  }

  function restart(waitMs: number): void {
    halt()
    plan.value = null
    progress.value = null
    error.value = null
    state.value = asked() === null ? 'none' : 'counting'
    if (asked() !== null) timer = setTimeout(() => void count(), waitMs)
  }

  watch(asked, (_now, before) => restart(before === undefined ? 0 : settleMs), { immediate: true })
  onScopeDispose(halt)

  return {
    plan,
    progress,
    error,
    state,
    again: () => restart(0),
    stop: () => {
      halt()
      state.value = 'stopped'
    },
  }
}

export type Counting<Plan> = ReturnType<typeof useCounting<Plan>>
