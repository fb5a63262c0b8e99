import type { ShallowRef } from 'vue'
import type { Bytes } from '../../shared/bytes'
import type { Job } from '../../shared/model/job'
import type { RecoveryAction } from '../../shared/model/recovery-action'
import type { Selection } from '../../shared/model/selection'
import { api } from '../api/client'
import { errorInfo } from '../api/errors'
import { useJobs } from '../stores/jobs'
import { useToasts } from '../stores/toasts'
import { words } from '../../shared/words/words'
import { useAttempt } from './use-attempt'

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
  /** Takes back what the journal recorded. `ask`: what to do where it is not certain that it is the same server or stream. */
  undo(connectionId: string, recordId: string, ask: () => void): Promise<Job | null>
}

/** Plan → run → job, the same from every view. The job's own notice then tells how it went and offers *Undo*. */
export function useRecovery(): Recovery {
  const jobs = useJobs()
  const toasts = useToasts()
  const { busy: isStarting, attempt } = useAttempt(toasts.showTrouble)

  async function planAndRun(input: RecoveryInput): Promise<Job | null> {
    const plan = await api().recovery.plan(input)
    if (plan.entries === 0) {
      toasts.show({ tone: 'plain', title: words.recovery.nothingToDo, detail: words.recovery.nothingToDoText })
      return null
    }
    const job = await api().recovery.run({ connectionId: plan.connectionId, planId: plan.id })
    jobs.started(job, (now) => words.recovery.remarks(plan, now), words.recovery.explanations(plan))
    return job
  }

  return {
    isStarting,
    recover: (input) => attempt(() => planAndRun(input)),
    undo: (connectionId, recordId, ask) =>
      attempt(async () => {
        try {
          const job = await api().recovery.undo({ connectionId, recordId })
          jobs.started(job)
          jobs.showInstead(job.id, recordId)
          return job
        } catch (error) {
          if (!asksFirst(error)) throw error
          ask()
          return null
        }
      }),
  }
}

function asksFirst(error: unknown): boolean {
  const info = errorInfo(error)
  return info?.code === 'BAD_INPUT' && (info.data as { field?: unknown }).field === 'accepts'
}
