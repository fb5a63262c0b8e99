import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Bytes } from '../../../shared/bytes'
import type { AppErrorInfo } from '../../../shared/error-data'
import { AppError, isAppError } from '../../../shared/error'
import type { Sender } from '../../../shared/model/command-log'
import type { Job, JobCounts, JobState } from '../../../shared/model/job'
import type { SweepTag } from '../../../shared/model/sweep-tag'
import { nameKey } from '../../redis/bytes'
import { sentBy } from '../../redis/sent-by'
import { endState } from './end-state'
import { errorInfo } from '../lib/error-info'
import { Interrupted } from './interrupted'
import type { JobStep, JobWork } from './job-step'
import { addCounts, noCounts } from '../../../shared/judgement/job-counts'
import type { RecordWriter } from '../journal/journal'
import { createLatest } from '../lib/latest-values'
import { nowAndThen, type LookAgain } from './now-and-then'
import { runParts, type JobPart, type Within } from './job-parts'
import { CALM, createThrottle, type Throttle, type ServerLoad } from './throttle'

export type NewJob = Pick<
  Job,
  'kind' | 'connectionId' | 'key' | 'group' | 'to' | 'total' | 'undoable' | 'undoes' | 'rule'
> & {
  /** Entries per second at first, at most; as fast as the server bears it when absent. */
  readonly perSecond?: number | null
  /** The sweep that it is a part of: it goes at its pace, ends with it, and is told as a part of it. */
  readonly within?: Within | undefined
}

/** A sweep that is to begin. Its subject is that of the part that runs just now. */
export interface NewSweep extends Pick<Job, 'kind' | 'connectionId' | 'to'> {
  readonly sweep: SweepTag
  /** In the order in which they run. Each is as a job of its own; at least one. */
  readonly parts: readonly JobPart[]
}

export interface Jobs {
  /**
   * Throws CONFLICT when a job already changes this group, or trims this stream; `jobId` is that job's. Call before
   * `begin`ning a record. `within`: by a part of that sweep, whose job is told then.
   */
  reserve(connectionId: string, key: Bytes, group: Bytes | null, within?: Within): Reservation
  /** One job of many parts, one after the other: one progress, one pace, one end. */
  startSweep(sweep: NewSweep): Job
  list(): readonly Job[]
  watch(signal?: AbortSignal): AsyncGenerator<Job, void>
  cancel(jobId: string): Job
  pause(jobId: string): Job
  resume(jobId: string): Job
  limit(jobId: string, perSecond: number | null): Job
  /** Cancels all and waits for the batches in flight. A job started from now on ends before its first one. */
  close(): Promise<void>
}

export interface Reservation {
  /** Runs the work in the background, whoever leaves. `look`: before it goes on after a rest, and every now and then. */
  start(job: NewJob, record: RecordWriter, work: JobWork, look?: LookAgain): Job
  /** Gives it back when no job was started after all. */
  release(): void
}

const KEEP_ENDED = 100
const MOST_FAILURES = 1_000
/** A batch takes some milliseconds: what shows its progress need not keep up with each. */
const TELL_EVERY_MS = 50

/** `measure`: what the server of a stream bears right now; jobs rest when that is little. */
export function createJobs(
  log: Logger,
  measure: (connectionId: string, key: Bytes) => Promise<ServerLoad> = () => Promise.resolve(CALM),
): Jobs {
  const latest = createLatest<Job>({ everyMs: TELL_EVERY_MS, isUrgent: ({ state }) => state !== 'running' })
  const running = new Map<
    string,
    { readonly abort: AbortController; readonly throttle: Throttle; readonly ended: Promise<void> }
  >()
  const reserved = new Map<
    string,
    { connectionId: string; key: string; group: string | null; within: string | undefined }
  >()
  let closing = false

  const get = (jobId: string): Job => {
    const job = latest.values().find(({ id }) => id === jobId)
    if (!job) throw new AppError('NOT_FOUND', { what: 'job', name: jobId })
    return job
  }

  const run = async (
    first: Job,
    record: RecordWriter,
    work: JobWork,
    { throttle, signal, tell }: Omit<Within, 'jobId' | 'ended'>,
    look: LookAgain | undefined,
  ): Promise<void> => {
    const lookNowAndThen = nowAndThen(look)
    let job = first
    let backupFile: string | null = null
    let left: JobStep['left']
    const update = (change: Partial<Job>): void => {
      job = { ...job, ...change, throttle: throttle.now }
      tell(job)
    }
    const take = (step: JobStep): void => {
      const done = job.done + step.done
      const failures = [...job.failures, ...(step.failures ?? [])].slice(0, MOST_FAILURES)
      const counts = addCounts(job.counts, step.counts)
      if (step.remains) update({ remains: step.remains })
      if (step.keptFor) update({ keptFor: [...step.keptFor] })
      update({ done, counts, failures, total: Math.max(step.total ?? job.total, done) })
      backupFile = step.backupFile ?? backupFile
      left = step.left ?? left
    }
    const finish = async (state: JobState, error: AppErrorInfo | null): Promise<void> => {
      await record.end({ state, counts: job.counts, error, backupFile, left }).catch((failure: unknown) => {
        log.error({ err: failure, job: job.id }, 'the end of a job could not be journaled')
      })
      update({ state, error, endedAt: Date.now(), undoable: job.undoable && mayHaveChanged(job.counts) })
    }
    try {
      if (!signal.aborted) {
        for await (const step of work(signal, () => throttle.now)) {
          take(step)
          const rested = !signal.aborted && (await throttle.next(step.done, signal))
          if (signal.aborted) break
          if (job.done < job.total) await lookNowAndThen(rested)
        }
      }
      await finish(signal.aborted && job.done < job.total ? 'cancelled' : 'done', null)
    } catch (error) {
      if (error instanceof Interrupted) {
        take(error.step)
        await finish('interrupted', errorInfo(error.reason))
      } else {
        if (!isAppError(error)) log.error({ err: error, job: job.id }, 'a job failed')
        await finish(endState(error), errorInfo(error))
      }
    }
  }

  const forgetOldest = (): void => {
    const ended = latest.values().filter(({ endedAt }) => endedAt !== null)
    for (const { id } of ended.slice(0, Math.max(0, ended.length - KEEP_ENDED))) latest.delete(id)
  }

  const inBackground = (
    first: Job,
    by: Sender,
    perSecond: number | null,
    work: (at: Omit<Within, 'jobId' | 'ended'>) => Promise<void>,
  ): void => {
    const { id } = first
    const abort = new AbortController()
    if (closing) abort.abort()
    latest.set(id, first)
    const throttle = createThrottle({
      // Of a sweep: the server of the part that runs just now.
      measure: () => measure(first.connectionId, get(id).key),
      onChange: (now) => latest.set(id, { ...get(id), throttle: now }),
      perSecond,
    })
    const tell = (job: Job): void => latest.set(id, job)
    const ended = sentBy(by, () => work({ throttle, signal: abort.signal, tell })).finally(() => {
      running.delete(id)
      forgetOldest()
    })
    running.set(id, { abort, throttle, ended })
  }

  return {
    reserve(connectionId, key, group, within) {
      const mine = { connectionId, key: nameKey(key), group: group === null ? null : nameKey(group) }
      for (const [id, theirs] of reserved) {
        const sameStream = theirs.connectionId === connectionId && theirs.key === mine.key
        if (sameStream && (theirs.group === null || mine.group === null || theirs.group === mine.group)) {
          throw new AppError('CONFLICT', { jobId: theirs.within ?? id })
        }
      }
      const id = randomUUID()
      reserved.set(id, { ...mine, within: within?.jobId })
      return {
        start({ perSecond = null, within: parent, ...job }, record, work, look) {
          const first = { ...firstOf(id, job, record.id), throttle: { paused: false, perSecond, heldBackBy: null } }
          const by: Sender = { kind: 'job', job: first.kind, jobId: parent?.jobId ?? id }
          if (parent !== undefined) {
            const { jobId: _, ended, ...at } = parent
            ended(sentBy(by, () => run(first, record, work, at, look)).finally(() => reserved.delete(id)))
            return first
          }
          inBackground(first, by, perSecond, (at) =>
            run(first, record, work, at, look).finally(() => reserved.delete(id)),
          )
          return first
        },
        release() {
          reserved.delete(id)
        },
      }
    },
    startSweep({ sweep, parts, ...job }) {
      const id = randomUUID()
      const [part] = parts
      if (part === undefined) throw new Error('a sweep without parts')
      const { key, group } = part
      const total = parts.reduce((sum, { entries }) => sum + entries, 0)
      const first: Job = {
        ...firstOf(id, { ...job, key, group, total, undoable: false }, sweep.id),
        sweep: { ...sweep, ended: 0, failed: 0, failures: [] },
      }
      inBackground(first, { kind: 'job', job: first.kind, jobId: id }, null, (at) =>
        runParts(first, parts, at, (err) => log.error({ err, job: id }, 'a sweep failed')),
      )
      return first
    },
    list: () => latest.values(),
    watch: (signal) => latest.watch(signal),
    cancel(jobId) {
      const job = get(jobId)
      running.get(jobId)?.abort.abort()
      return job
    },
    pause(jobId) {
      running.get(jobId)?.throttle.pause()
      return get(jobId)
    },
    resume(jobId) {
      running.get(jobId)?.throttle.resume()
      return get(jobId)
    },
    limit(jobId, perSecond) {
      running.get(jobId)?.throttle.limit(perSecond)
      return get(jobId)
    },
    async close() {
      closing = true
      for (const { abort } of running.values()) abort.abort()
      await Promise.all([...running.values()].map(({ ended }) => ended))
    },
  }
}

/** What was sent without a reply may be there to be undone as well. */
function mayHaveChanged({ changed, unknown }: JobCounts): boolean {
  return changed + unknown > 0
}

/** As it is told before anything of it is done. */
function firstOf(id: string, job: Omit<NewJob, 'perSecond' | 'within'>, recordId: string): Job {
  return {
    ...job,
    id,
    state: 'running',
    done: 0,
    counts: noCounts,
    throttle: { paused: false, perSecond: null, heldBackBy: null },
    failures: [],
    startedAt: Date.now(),
    endedAt: null,
    error: null,
    recordId,
  }
}
