import type { Bytes } from '../../../shared/bytes'
import type { AppErrorInfo } from '../../../shared/error-data'
import { isAppError } from '../../../shared/error'
import type { Job, JobState } from '../../../shared/model/job'
import { errorInfo } from '../lib/error-info'
import { addCounts } from '../../../shared/judgement/job-counts'
import { endState } from './end-state'
import type { Throttle } from './throttle'

/** Where a part of a sweep runs: at the pace of its job, until that is cancelled. */
export interface Within {
  /** Of the sweep. */
  readonly jobId: string
  readonly throttle: Throttle
  readonly signal: AbortSignal
  /** The part as it stands. */
  tell(part: Job): void
  /** Is given the end of the part that was begun, which never rejects. */
  ended(end: Promise<void>): void
}

export interface JobPart {
  readonly key: Bytes
  readonly group: Bytes
  /** About so many. */
  readonly entries: number
  /** Begins it as any job. What it throws is a refusal of this part: nothing of it was begun. */
  start(within: Within): Promise<Job>
}

const MOST_FAILURES = 1_000
/** Parts that failed, which are told one by one; of more, how many. */
const MOST_FAILED = 100
/** What refuses one part for such a reason refuses all: nothing more is tried. */
const STOPS_ALL = ['UNREACHABLE', 'UNKNOWN_OUTCOME', 'NOT_CARRIED_OUT', 'READ_ONLY', 'STORAGE'] as const

/**
 * Runs the parts of a sweep one after the other, and tells them as one job. What one group refuses hides and stops none of the
 * others; a connection that is lost, a disk that takes no more, and a connection that may not be written to any more end it.
 * Never rejects.
 */
export async function runParts(
  first: Job,
  parts: readonly JobPart[],
  { throttle, signal, tell }: Omit<Within, 'jobId' | 'ended'>,
  onFault: (error: unknown) => void,
): Promise<void> {
  let job = first
  const { id: jobId, sweep } = first
  if (sweep === undefined) throw new Error('a job of parts is a sweep')
  let [ended, failed] = [0, 0]
  let failures = sweep.failures
  let firstError: AppErrorInfo | null = null
  let stopped: { readonly state: JobState; readonly error: AppErrorInfo | null } | null = null
  const show = (change: Partial<Job>): void => {
    job = { ...job, ...change, throttle: throttle.now, sweep: { ...sweep, ended, failed, failures } }
    tell(job)
  }
  const note = ({ key, group }: JobPart, error: AppErrorInfo): void => {
    failed += 1
    firstError ??= error
    if (failures.length < MOST_FAILED) failures = [...failures, { key, group, error }]
  }
  for (const part of parts) {
    await throttle.next(0, signal)
    if (signal.aborted) break
    const { done, counts, failures: refused, undoable } = job
    show({ key: part.key, group: part.group })
    let now: Job | null = null
    let end: Promise<void> | null = null
    const isShown = (): void => {
      if (now === null) return
      show({
        done: done + now.done,
        counts: addCounts(counts, now.counts),
        failures: [...refused, ...now.failures].slice(0, MOST_FAILURES),
        undoable: undoable || (now.endedAt !== null && now.undoable),
      })
    }
    const within: Within = {
      ...{ jobId, throttle, signal },
      tell(told) {
        now = told
        isShown()
      },
      ended(promise) {
        end = promise
      },
    }
    try {
      await part.start(within)
      await (end as Promise<void> | null)
    } catch (error) {
      const info = errorInfo(error)
      note(part, info)
      stopped = stopOf(info, endState(error))
      if (!isAppError(error)) {
        onFault(error)
        stopped = { state: 'failed', error: info }
      }
    }
    // It was told as it ended.
    const last = now as Job | null
    if (last?.error) {
      note(part, last.error)
      stopped = stopOf(last.error, last.state)
    }
    const isLeft = last?.state === 'cancelled'
    if (!isLeft) ended += 1
    if (stopped !== null || isLeft) break
  }
  const isAll = ended === parts.length
  const everyFailed = failed > 0 && failed === parts.length
  const end = stopped ?? {
    state: isAll ? (everyFailed ? 'failed' : 'done') : 'cancelled',
    error: everyFailed ? firstError : null,
  }
  // Of those that were not reached it is not known how many entries they would have come to.
  show({ ...end, endedAt: Date.now(), total: end.state === 'done' ? Math.max(job.done, job.total) : job.total })
}

function stopOf(error: AppErrorInfo, state: JobState): { state: JobState; error: AppErrorInfo } | null {
  return STOPS_ALL.some((code) => code === error.code) || state === 'interrupted' ? { state, error } : null
}
