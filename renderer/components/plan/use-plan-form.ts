import { computed, proxyRefs, watch } from 'vue'
import type { Job } from '../../../shared/model/job'
import { words } from '../../../shared/words/words'
import { useAttempt } from '../../composables/use-attempt'
import { useJobs } from '../../stores/jobs'
import { useConfirmation, type Confirmed, type ForGood } from './use-confirmation'
import { usePlanning, type PlanningOptions, type PlanningState, type Progress } from './use-planning'

interface PlanFormOptions<Input, Plan> extends PlanningOptions<Input, Plan> {
  /** Why it can't be done here at all, in words. */
  readonly never?: () => string | null
  /** What has to be said before anything can be worked out: "Name the consumer". */
  readonly missing?: () => string | null
  /** Why this plan can't be run. */
  readonly whyNot: (plan: Plan) => string | null
  /** What has to be named on a production connection; null (or absent): what it does is not for good. */
  readonly forGood?: (plan: Plan | null) => ForGood | null
  /** The last plan is still shown, dimmed, while the next one is worked out. */
  readonly dims?: boolean
  readonly run: (plan: Plan, confirmed: Confirmed) => Promise<Job>
  /** Where it can be run without a plan that was looked at, since it looks again itself. */
  readonly runUnseen?: () => Promise<Job>
  /** What to say of its job, beside what that came to. */
  readonly remarks?: (plan: Plan, job: Job) => readonly string[]
  /** Its job was started. */
  readonly done: (job: Job) => void
}

/** A form over a plan as it stands; reactive. */
export interface PlanFormOf<Plan> {
  /** Of what is asked for now; null while it is not made. */
  readonly plan: Plan | null
  /** What to show: the plan, or the one before it. */
  readonly shown: Plan | null
  readonly isStale: boolean
  readonly state: PlanningState
  readonly progress: Progress | null
  /** Why the plan could not be made. */
  readonly error: unknown
  /** Why it could not be run. */
  readonly refusal: unknown
  readonly busy: boolean
  /** What to say while nothing is asked for. */
  readonly waiting: string
  /** Why it can't be run just now. */
  readonly whyNot: string | null
  /** The name that has to be typed; null where none has to be. */
  readonly nameWanted: string | null
  readonly nameTyped: string
  typeName(name: string): void
  /** Makes the plan once more. */
  again(): void
  /** Gives up counting. */
  stop(): void
  /** Makes a call of the form's own: it alone is busy then, and a refusal shows like the run's. */
  attempt(call: () => Promise<void>): Promise<void>
  run(): Promise<void>
}

/** All that a form over a plan is about, but its own choice, words and call: making the plan, and running it once. */
export function usePlanForm<Input, Plan extends object>(options: PlanFormOptions<Input, Plan>): PlanFormOf<Plan> {
  const { never, missing, whyNot, forGood, dims = false, runUnseen, remarks, done } = options
  const jobs = useJobs()
  // After a refusal the figures may be of before: they have to be looked at again.
  const { busy, error: refusal, ...calls } = useAttempt(() => again())
  const planning = usePlanning({ ...options, stands: () => busy.value || confirmation.typed.value !== '' })
  const { plan, state, again } = planning
  const confirmation = useConfirmation(() => forGood?.(plan.value) ?? null)

  const shown = computed(() => (dims ? planning.shown.value : plan.value))
  const waiting = computed(() => {
    const asked = missing?.() ?? null
    return never?.() ?? (asked === null ? '' : words.plan.toSee(asked))
  })
  const whyNotRun = computed(() => {
    const asked = missing?.() ?? null
    const why = never?.() ?? (asked === null ? null : words.plan.firstDo(asked))
    if (why !== null) return why
    if (plan.value !== null) {
      return (
        whyNot(plan.value) ??
        confirmation.whyNot.value ??
        (planning.isJustChanged.value ? words.plan.justChanged : null)
      )
    }
    if (state.value === 'counting') return words.plan.stillWorkingOut
    if (runUnseen) return null
    return state.value === 'stopped' ? words.plan.notCounted : words.plan.notKnown
  })

  async function attempt(call: () => Promise<void>): Promise<void> {
    await calls.attempt(call)
  }

  async function run(): Promise<void> {
    if (whyNotRun.value !== null) return
    await attempt(async () => {
      const seen = plan.value
      const job = seen === null ? await runUnseen?.() : await options.run(seen, confirmation.given.value)
      if (!job) return
      jobs.started(job, seen === null || !remarks ? undefined : (now) => remarks(seen, now))
      done(job)
    })
  }

  // It was of what was asked for before.
  watch(planning.asked, () => (refusal.value = null))

  return proxyRefs({
    plan,
    shown,
    isStale: computed(() => shown.value !== plan.value),
    state,
    progress: planning.progress,
    error: planning.error,
    refusal,
    busy,
    waiting,
    whyNot: whyNotRun,
    nameWanted: confirmation.wanted,
    nameTyped: confirmation.typed,
    typeName: (name: string) => (confirmation.typed.value = name),
    again,
    stop: planning.stop,
    attempt,
    run,
  })
}
