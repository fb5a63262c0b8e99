import type { Bytes } from '../../../shared/bytes'
import type { UndoLeft } from '../journal/lines'
import type { JobCounts, JobFailure, JobRemains, JobThrottle } from '../../../shared/model/job'

/** What one batch came to. `total` where it is known better by now. */
export interface JobStep {
  readonly done: number
  readonly counts: JobCounts
  readonly total?: number
  readonly backupFile?: string
  /** Groups that need what was kept. */
  readonly keptFor?: readonly Bytes[]
  /** Entries that the server refused, with its reason. */
  readonly failures?: readonly JobFailure[]
  /** Of an undo: all that it has left so far, for a reason that may pass. */
  readonly left?: UndoLeft
  /** Of an undo: what of the action stays as it made it. */
  readonly remains?: JobRemains
}

/** Yields after every batch. Stops between two batches when it is left. `throttle`: how fast it may go just now. */
export type JobWork = (signal: AbortSignal, throttle: () => JobThrottle) => AsyncGenerator<JobStep, void>
