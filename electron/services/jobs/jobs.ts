import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Bytes } from '../../../shared/bytes'
import type { AppErrorInfo } from '../../../shared/error-data'
import { AppError, isAppError } from '../../../shared/error'
import type { Sender } from '../../../shared/model/command-log'
import type { Job, JobCounts, JobState } from '../../../shared/model/job'
import { nameKey } from '../../redis/bytes'
import { sentBy } from '../../redis/sent-by'
import { endState } from './end-state'
import { errorInfo } from '../lib/error-info'
import { Interrupted } from './interrupted'
import type { JobStep, JobWork } from './job-step'
import { addCounts, noCounts } from '../lib/job-counts'
import type { RecordWriter } from '../journal/journal'
import { createLatest } from '../lib/latest-values'
import { nowAndThen, type LookAgain } from './now-and-then'
import { CALM, createThrottle, type Throttle, type ServerLoad } from './throttle'

export type NewJob = Pick<
  Job,
  'kind' | 'connectionId' | 'key' | 'group' | 'to' | 'total' | 'undoable' | 'undoes' | 'rule'
> & {
  /** Entries per second at first, at most; as fast as the server bears it when absent. */
  readonly perSecond?: number | null
}

export interface Jobs {
  /**
   * Throws CONFLICT when a job already changes this group, or trims this stream; `jobId` is that job's. Call before
   * `begin`ning a record.
   */
  reserve(connectionId: string, key: Bytes, group: Bytes | null): Reservation
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
  const reserved = new Map<string, { connectionId: string; key: string; group: string | null }>()
  let closing = false

  const get = (jobId: string): Job => {
    const job = latest.values().find(({ id }) => id === jobId)
    if (!job) throw new AppError('NOT_FOUND', { what: 'job', name: jobId })
    return job
  }

  const run = async (
    { id }: Job,
    record: RecordWriter,
    work: JobWork,
    throttle: Throttle,
    abort: AbortController,
    look: LookAgain | undefined,
  ): Promise<void> => {
    const lookNowAndThen = nowAndThen(look)
    let job = get(id)
    let backupFile: string | null = null
    let left: JobStep['left']
    const update = (change: Partial<Job>): void => {
      job = { ...job, ...change, throttle: throttle.now }
      latest.set(id, job)
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
      if (!abort.signal.aborted) {
        for await (const step of work(abort.signal, () => throttle.now)) {
          take(step)
          const rested = !abort.signal.aborted && (await throttle.next(step.done, abort.signal))
          if (abort.signal.aborted) break
          if (job.done < job.total) await lookNowAndThen(rested)
        }
      }
      await finish(abort.signal.aborted && job.done < job.total ? 'cancelled' : 'done', null)
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

  return {
    reserve(connectionId, key, group) {
      const mine = { connectionId, key: nameKey(key), group: group === null ? null : nameKey(group) }
      for (const [jobId, theirs] of reserved) {
        const sameStream = theirs.connectionId === connectionId && theirs.key === mine.key
        if (sameStream && (theirs.group === null || mine.group === null || theirs.group === mine.group)) {
          throw new AppError('CONFLICT', { jobId })
        }
      }
      const id = randomUUID()
      reserved.set(id, mine)
      return {
        start({ perSecond = null, ...job }, record, work, look) {
          const abort = new AbortController()
          if (closing) abort.abort()
          const first: Job = {
            ...job,
            id,
            state: 'running',
            done: 0,
            counts: noCounts,
            throttle: { paused: false, perSecond, heldBackBy: null },
            failures: [],
            startedAt: Date.now(),
            endedAt: null,
            error: null,
            recordId: record.id,
          }
          latest.set(id, first)
          const throttle = createThrottle({
            measure: () => measure(job.connectionId, job.key),
            onChange: (now) => latest.set(id, { ...get(id), throttle: now }),
            perSecond,
          })
          const by: Sender = { kind: 'job', job: first.kind, jobId: id }
          const ended = sentBy(by, () => run(first, record, work, throttle, abort, look)).finally(() => {
            reserved.delete(id)
            running.delete(id)
            forgetOldest()
          })
          running.set(id, { abort, throttle, ended })
          return first
        },
        release() {
          reserved.delete(id)
        },
      }
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
