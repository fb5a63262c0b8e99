import type { Logger } from 'pino'
import type { Bytes } from '../../../shared/bytes'
import { isAppError } from '../../../shared/error'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { Job } from '../../../shared/model/job'
import type { Writer } from '../../redis/reader-writer'
import type { RecordWriter } from '../journal/journal'
import { errorInfo } from '../lib/error-info'
import { BEGIN, type Begun } from './begin-record'
import { endState } from './end-state'
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

/**
 * For a mutation of one command, which is no job: begins, carries it out, and ends the record with what came of it. By then it was
 * carried out, or refused: that the journal's disk fails must not tell the caller otherwise, and is told to the log.
 */
export async function doOnce<T>(
  grant: WriteGrant,
  draft: RecordDraft,
  log: Pick<Logger, 'error'>,
  work: (writer: Writer) => Promise<T>,
): Promise<T> {
  const { writer, record } = await grant[BEGIN](draft)
  const end = async (how: Parameters<RecordWriter['end']>[0]): Promise<void> => {
    try {
      await record.end(how)
    } catch (error) {
      log.error({ err: error, record: record.id }, 'the end of a mutation could not be journaled')
    }
  }
  let result
  try {
    result = await work(writer)
  } catch (error) {
    const unknown = isAppError(error, 'UNKNOWN_OUTCOME') ? 1 : 0
    await end({ state: endState(error), counts: { ...noCounts, unknown }, error: errorInfo(error) })
    throw error
  }
  await end({ state: 'done', counts: { ...noCounts, changed: 1 }, error: null })
  return result
}

function ruleOf({ who }: WriteGrant): Pick<NewJob, 'rule'> {
  return who.by === 'rule' ? { rule: who.name } : {}
}
