import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'

/** How far a walk has come. */
export interface Progress {
  readonly walked: number
  readonly total: number
  /** Of those looked at, what matches; absent where all do. */
  readonly matched?: number
}

export type Step<Plan> = ({ readonly state: 'reading' } & Progress) | { readonly state: 'ready'; readonly plan: Plan }

export interface PlanningOptions<Input, Plan> {
  /** What is asked for; null: nothing yet. The plan is made anew when it changes. */
  readonly input: () => Input | null
  /** Makes the plan by reading only: in one answer, or counted step by step. */
  readonly make: (input: Input, signal: AbortSignal) => Promise<Plan | AsyncIterable<Step<Plan>>>
}

export type PlanningState = 'none' | 'counting' | 'stopped' | 'failed' | 'ready'

interface Planning<Plan> {
  /** What is asked for, as a text to compare by. */
  readonly asked: ComputedRef<string>
  readonly plan: Readonly<ShallowRef<Plan | null>>
  /** The last one that was made, as long as anything is asked for. */
  readonly shown: Readonly<ShallowRef<Plan | null>>
  readonly progress: Readonly<ShallowRef<Progress | null>>
  readonly error: Readonly<ShallowRef<unknown>>
  readonly state: Readonly<ShallowRef<PlanningState>>
  /** Makes the plan once more. */
  again(): void
  /** Gives up what is being counted. */
  stop(): void
}

const SETTLE_MS = 200
/** A plan that is looked at for so long is made once more; a walk that took long rests for so many times as long. */
const OLD_AFTER_MS = 30_000
const RESTS = 20

/**
 * The plan of what is asked for. One that was overtaken, or whose place was left, is given up by its signal; then the
 * host stops, too. One that is left open is refreshed while the page is in sight, and stands until the new one is there.
 */
export function usePlanning<Input, Plan extends object>({ input, make }: PlanningOptions<Input, Plan>): Planning<Plan> {
  const plan: ShallowRef<Plan | null> = shallowRef(null)
  const shown: ShallowRef<Plan | null> = shallowRef(null)
  const progress = shallowRef<Progress | null>(null)
  const error = shallowRef<unknown>(null)
  const state = shallowRef<PlanningState>('none')
  let controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  function ready(made: Plan, wanted: Input, tookMs: number): void {
    plan.value = made
    shown.value = made
    state.value = 'ready'
    later(wanted, Math.max(OLD_AFTER_MS, RESTS * tookMs))
  }

  function later(wanted: Input, waitMs: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (document.visibilityState === 'visible') void begin(wanted, true)
      else later(wanted, OLD_AFTER_MS)
    }, waitMs)
  }

  async function begin(wanted: Input, isRefresh = false): Promise<void> {
    const { signal } = controller
    const began = performance.now()
    // What `make` uses may be set up after this.
    await Promise.resolve()
    if (signal.aborted) return
    try {
      const made = await make(wanted, signal)
      if (signal.aborted) return
      if (!(Symbol.asyncIterator in made)) return ready(made, wanted, performance.now() - began)
      for await (const step of made) {
        if (signal.aborted) return
        if (step.state === 'ready') ready(step.plan, wanted, performance.now() - began)
        else if (!isRefresh) progress.value = step
      }
    } catch (caught) {
      if (signal.aborted) return
      plan.value = null
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
    const wanted = input()
    plan.value = null
    progress.value = null
    error.value = null
    state.value = wanted === null ? 'none' : 'counting'
    if (wanted === null) shown.value = null
    else if (waitMs === 0) void begin(wanted)
    else timer = setTimeout(() => void begin(wanted), waitMs)
  }

  const asked = computed(() => JSON.stringify(input()))
  watch(asked, (_now, before) => restart(before === undefined ? 0 : SETTLE_MS), { immediate: true })
  onScopeDispose(halt)

  return {
    asked,
    plan,
    shown,
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
