import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { isOutage } from '../../api/errors'

/** How far a walk has come. */
export interface Progress {
  readonly walked: number
  readonly total: number
  /** Of those looked at, what matches; absent where all do. */
  readonly matched?: number
  /** Where it is no entries that are looked at: the same in words. */
  readonly told?: string
}

export type Step<Plan> = ({ readonly state: 'reading' } & Progress) | { readonly state: 'ready'; readonly plan: Plan }

export interface PlanningOptions<Input, Plan> {
  /** What is asked for; null: nothing yet. The plan is made anew when it changes. */
  readonly input: () => Input | null
  /** Makes the plan by reading only: in one answer, or counted step by step. */
  readonly make: (input: Input, signal: AbortSignal) => Promise<Plan | AsyncIterable<Step<Plan>>>
  /** Whether a plan that is left open has to stand as it is: somebody is about to confirm it. */
  readonly stands?: () => boolean
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
  /** Another one took the place of the one that was shown, a moment ago. */
  readonly isJustChanged: Readonly<ShallowRef<boolean>>
  /** Makes the plan once more. */
  again(): void
  /** Gives up what is being counted. */
  stop(): void
}

const SETTLE_MS = 200
/** A plan that is looked at for so long is made once more; a walk that took long rests for so many times as long. */
const OLD_AFTER_MS = 30_000
const RESTS = 20
const JUST_CHANGED_MS = 1_000

/**
 * The plan of what is asked for. One that was overtaken, or whose place was left, is given up by its signal; then the
 * host stops, too. One that is left open is refreshed while the page is in sight, and stands until the new one is there.
 */
export function usePlanning<Input, Plan extends object>({
  input,
  make,
  stands,
}: PlanningOptions<Input, Plan>): Planning<Plan> {
  const plan: ShallowRef<Plan | null> = shallowRef(null)
  const shown: ShallowRef<Plan | null> = shallowRef(null)
  const progress = shallowRef<Progress | null>(null)
  const error = shallowRef<unknown>(null)
  const state = shallowRef<PlanningState>('none')
  const isJustChanged = shallowRef(false)
  let changedTimer: ReturnType<typeof setTimeout> | undefined
  let controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  /** What slid in under the pointer is not to be run by the click that was meant for the one before. */
  function tellChanged(): void {
    isJustChanged.value = true
    clearTimeout(changedTimer)
    changedTimer = setTimeout(() => (isJustChanged.value = false), JUST_CHANGED_MS)
  }

  function ready(made: Plan, wanted: Input, tookMs: number): void {
    if (plan.value !== null && !saysTheSame(plan.value, made)) tellChanged()
    plan.value = made
    error.value = null
    shown.value = made
    state.value = 'ready'
    later(wanted, Math.max(OLD_AFTER_MS, RESTS * tookMs))
  }

  function later(wanted: Input, waitMs: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (document.visibilityState === 'visible' && stands?.() !== true) void begin(wanted, true)
      else later(wanted, OLD_AFTER_MS)
    }, waitMs)
  }

  async function begin(wanted: Input, isRefresh = false): Promise<void> {
    const { signal } = controller
    const began = performance.now()
    const take = (made: Plan): void => {
      if (isRefresh && stands?.() === true) later(wanted, OLD_AFTER_MS)
      else ready(made, wanted, performance.now() - began)
    }
    // What `make` uses may be set up after this.
    await Promise.resolve()
    if (signal.aborted) return
    try {
      const made = await make(wanted, signal)
      if (signal.aborted) return
      if (!(Symbol.asyncIterator in made)) return take(made)
      for await (const step of made) {
        if (signal.aborted) return
        if (step.state === 'ready') take(step.plan)
        else if (!isRefresh) progress.value = step
      }
    } catch (caught) {
      if (signal.aborted) return
      // The one before is as good as it was: its run looks again, too.
      if (isRefresh && isOutage(caught)) return later(wanted, OLD_AFTER_MS)
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
  onScopeDispose(() => {
    halt()
    clearTimeout(changedTimer)
  })

  return {
    asked,
    plan,
    shown,
    progress,
    error,
    state,
    isJustChanged,
    again: () => restart(0),
    stop: () => {
      halt()
      state.value = 'stopped'
    },
  }
}

/** But for the name by which it is run. */
function saysTheSame(a: object, b: object): boolean {
  return JSON.stringify({ ...a, id: null }) === JSON.stringify({ ...b, id: null })
}
