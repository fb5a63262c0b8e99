import { shallowRef, type ShallowRef } from 'vue'
import { displayBytes, type Bytes } from '../../shared/bytes'
import type { Job } from '../../shared/model/job'
import type { RecoveryAction, RecoveryPlan } from '../../shared/model/plan'
import type { Selection } from '../../shared/model/selection'
import { api } from '../api/client'
import { describeError } from '../api/errors'
import { useJobs } from '../stores/jobs'
import { useToasts } from '../stores/toasts'
import { formatCount } from '../utils/format-count'

export interface RecoveryInput {
  readonly connectionId: string
  readonly key: Bytes
  readonly group: Bytes
  readonly selection: Selection
  readonly action: RecoveryAction
}

interface Recovery {
  /** A plan is being made or its job started; the buttons wait so long. */
  readonly isStarting: Readonly<ShallowRef<boolean>>
  /** One click: plans, and runs what was planned at once. Null when there was nothing to do or it was refused; a toast says why. */
  recover(input: RecoveryInput): Promise<Job | null>
  /** Runs a plan that was looked at first. */
  runPlan(plan: RecoveryPlan, confirmation?: Bytes): Promise<Job | null>
  /** Takes back what the journal recorded. */
  undo(connectionId: string, recordId: string): Promise<Job | null>
}

/** Plan → run → job, the same from every view. The job's own notice then tells how it went and offers *Undo*. */
export function useRecovery(): Recovery {
  const jobs = useJobs()
  const toasts = useToasts()
  const isStarting = shallowRef(false)

  async function starting(start: () => Promise<Job | null>): Promise<Job | null> {
    isStarting.value = true
    try {
      return await start()
    } catch (error) {
      const { title, next } = describeError(error)
      toasts.show({ tone: 'bad', title, detail: next })
      return null
    } finally {
      isStarting.value = false
    }
  }

  async function run(plan: RecoveryPlan, confirmation?: Bytes): Promise<Job | null> {
    if (plan.entries === 0) {
      toasts.show({ tone: 'plain', title: 'Nothing to do', detail: 'None of these entries is pending any more.' })
      return null
    }
    const confirmed = confirmation === undefined ? {} : { confirmation }
    const job = await api().recovery.run({ connectionId: plan.connectionId, planId: plan.id, ...confirmed })
    jobs.started(job, remarksOn(plan))
    return job
  }

  return {
    isStarting,
    recover: (input) => starting(async () => run(await api().recovery.plan(input))),
    runPlan: (plan, confirmation) => starting(() => run(plan, confirmation)),
    undo: (connectionId, recordId) =>
      starting(async () => {
        const job = await api().recovery.undo({ connectionId, recordId })
        jobs.started(job)
        return job
      }),
  }
}

/** What a plan warned of, in sentences. The counts of what was left out are the job's to tell, once it knows. */
function remarksOn({ warnings, action, notPending, undo }: RecoveryPlan): readonly string[] {
  const to = 'to' in action ? action.to : null
  const named = to === null || Array.isArray(to) ? null : displayBytes(to)
  const target = named ?? (action.kind === 'spread' ? 'One of the consumers' : 'The target')
  const sentences: Readonly<Record<RecoveryPlan['warnings'][number], string | null>> = {
    'gone-from-stream': null,
    'new-consumer': `${target} did not exist and was created.`,
    'target-stalled': `${target} gave no sign of life either.`,
    'targets-quiet': 'None of the consumers that got them was seen of late.',
    'consumer-active': 'The holder was seen just now: what it works on may be handled twice.',
    'already-there': `Those ${named ?? 'that one of the targets'} already held were left as they were.`,
    'new-stream': 'The stream for the copies did not exist and was created.',
    'one-value-per-field': 'Where a field repeats in an entry, its hash keeps the last value.',
    'others-need': 'Other groups held some of these too, or had not read them yet.',
    'not-pending': `${formatCount(notPending)} of the selected were not pending any more.`,
  }
  return [...warnings.flatMap((warning) => sentences[warning] ?? []), undo.note]
}
