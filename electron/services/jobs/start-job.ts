import type { Bytes } from '../../../shared/bytes'
import type { Job } from '../../../shared/model/job'
import { BEGIN, type Begun } from './begin-record'
import type { JobWork } from './job-step'
import type { Jobs, NewJob } from './jobs'
import type { LookAgain } from './now-and-then'
import type { PlanStore, Prepared } from './plan-store'
import type { RecordDraft } from './record-draft'
import type { WriteGrant } from './write-grant'

/** What a job changes: a stream, or one group of it. */
export interface JobSubject {
  readonly key: Bytes
  readonly group: Bytes | null
}

/** A job that could be begun now. */
export interface ReadyJob {
  readonly draft: RecordDraft
  readonly job: Omit<NewJob, 'connectionId' | 'key' | 'group' | 'rule' | 'within'>
  /** Throws STALE_PLAN where what it works on has become something else. */
  readonly look?: LookAgain
  /** Makes the work. Must not throw: the record is begun by then. */
  work(begun: Begun): JobWork
}

/**
 * The only way to begin a job: its subject is reserved (CONFLICT), `ready` reads and checks whatever has to be so, the
 * record is begun, and the work goes on in the background. Whatever throws on the way gives the reservation back and
 * leaves no record that never ends.
 */
export async function startJob(
  jobs: Jobs,
  grant: WriteGrant,
  subject: JobSubject,
  ready: () => Promise<ReadyJob>,
): Promise<Job> {
  const connectionId = grant.connection.id
  const { key, group } = subject
  const { within, tag: sweep } = grant.part ?? {}
  const reservation = jobs.reserve(connectionId, key, group, within)
  try {
    const { draft, job, work, look } = await ready()
    const begun = await grant[BEGIN]({ ...draft, sweep })
    const about = { ...ruleOf(grant), connectionId, key, group, within }
    return reservation.start({ ...job, ...about }, begun.record, work(begun), look)
  } catch (error) {
    reservation.release()
    throw error
  }
}

/**
 * The same for a plan. Throws STALE_PLAN where it is too old, run already, or for another connection, stream or group. It
 * is used up once the job is begun, and not by a call that is refused; nobody else can run it meanwhile, for its subject
 * is reserved.
 */
export async function startPlanned<T extends Prepared>(
  jobs: Jobs,
  grant: WriteGrant,
  subject: JobSubject,
  { plans, planId }: { readonly plans: PlanStore<T>; readonly planId: string },
  ready: (prepared: T) => Promise<ReadyJob>,
): Promise<Job> {
  const job = await startJob(jobs, grant, subject, () =>
    ready(plans.look(planId, { ...subject, connectionId: grant.connection.id })),
  )
  plans.drop(planId)
  return job
}

function ruleOf({ who }: WriteGrant): Pick<NewJob, 'rule'> {
  return who.by === 'rule' ? { rule: who.name } : {}
}
