import { isAppError } from '../../../shared/error'
import { worseError } from '../../../shared/judgement/rules/due'
import { mayNotDo } from '../../../shared/judgement/rules/known-for-good'
import type { SavedConnection } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import type { Rule, RuleRun } from '../../../shared/model/rule'
import type { RuleStop } from '../../../shared/model/rule-stop'
import type { Topology } from '../../redis/topology'
import type { Jobs } from '../jobs/jobs'
import type { WriteGrant } from '../jobs/write-grant'
import type { ServerIdentity } from '../journal/identity'
import { errorInfo } from '../lib/error-info'
import type { Recovery } from '../recovery/recovery'
import { plansOfRule, type RuleCursor, type PlanSources } from './plans-of-rule'
import { judgeServers } from './servers'

export interface RunSources extends PlanSources {
  readonly jobs: Pick<Jobs, 'watch' | 'cancel'>
  readonly recovery: Pick<Recovery, 'plan' | 'run'>
  connection(connectionId: string): SavedConnection
  topology(connectionId: string): Topology
  /** Of the guard. Throws READ_ONLY, UNREACHABLE. */
  grant(rule: Rule): WriteGrant
}

export interface RunOrder {
  /** Entries that it may take. */
  readonly most: number
  readonly servers: readonly ServerIdentity[]
  readonly cursor: RuleCursor
  readonly nowMs: number
  readonly signal: AbortSignal
}

export interface EndedRun {
  readonly run: RuleRun
  /** Entries that it took, or may have taken. */
  readonly taken: number
  readonly stop: RuleStop | null
}

const MOST_RECORDS = 100

/**
 * One run: plans group by group, and runs each as a person's plan is run, by the guard into the journal, one after the other. What
 * would be for good is not done, nor anything after it. Ends between two batches once the signal aborts. Never throws.
 */
export async function runRule(sources: RunSources, rule: Rule, order: RunOrder): Promise<EndedRun> {
  const { most, servers, cursor, signal } = order
  const run = { atMs: order.nowMs, changed: 0, failed: 0, groups: 0, recordIds: [] as string[] }
  let taken = 0
  let error: RuleRun['error'] = null
  let stop: RuleStop | null = null
  const note = (wrong: unknown): void => {
    error = worseError(error, infoOf(wrong))
  }
  try {
    const left = (): number => most - taken
    for await (const step of plansOfRule(sources, rule, { left, cursor, fresh: false, signal })) {
      if (step.state === 'failed') note(step.error)
      if (step.state !== 'planned' || signal.aborted) continue
      // After the plan: it holds for the connection to the server that it was read from, and for no other.
      const connection = sources.connection(rule.connectionId)
      stop = await judgeServers(servers, connection, sources.topology(rule.connectionId))
      stop ??= mayNotDo(step.plan, rule.action, connection) ? 'for-good' : null
      if (stop !== null) break
      try {
        const started = await sources.recovery.run(sources.grant(rule), { planId: step.plan.id })
        taken += step.taken
        run.recordIds = [...run.recordIds, started.recordId].slice(-MOST_RECORDS)
        const { counts, failures, error: failure } = await jobEnd(sources.jobs, started.id, signal)
        run.groups += 1
        run.changed += counts.changed
        run.failed += failures.length
        if (failure !== null) note(failure)
      } catch (refused) {
        // Somebody is at work there, or it has moved since: the next run looks again.
        if (isAppError(refused, 'CONFLICT') || isAppError(refused, 'STALE_PLAN')) continue
        if (!isAppError(refused) || isAppError(refused, 'UNREACHABLE') || isAppError(refused, 'READ_ONLY'))
          throw refused
        note(refused)
      }
    }
  } catch (thrown) {
    if (!signal.aborted) note(thrown)
  }
  return { run: { ...run, error }, taken, stop }
}

/** Of a job that failed it is data already. */
function infoOf(error: unknown): NonNullable<RuleRun['error']> {
  return error instanceof Error ? errorInfo(error) : (error as NonNullable<Job['error']>)
}

/** Its end, which a signal that aborts hastens: then it ends between two batches. */
async function jobEnd(jobs: RunSources['jobs'], jobId: string, signal: AbortSignal): Promise<Job> {
  const cancel = (): void => void jobs.cancel(jobId)
  signal.addEventListener('abort', cancel)
  if (signal.aborted) cancel()
  try {
    for await (const job of jobs.watch()) if (job.id === jobId && job.endedAt !== null) return job
  } finally {
    signal.removeEventListener('abort', cancel)
  }
  throw new Error('a job was never heard of again')
}
