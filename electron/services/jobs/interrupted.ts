import type { AppError } from '../../../shared/error'
import type { JobStep } from './job-step'

/**
 * Ends a job's work after a reply was lost: the connection is back, or given up, and what was in flight has been read
 * again. Made in this room alone: by `lost-reply.ts`, and where steps are put together, `run-batch.ts` and `as-one.ts`.
 */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  constructor(
    readonly reason: AppError,
    /** What the command in flight came to, as far as reading could tell. */
    readonly step: JobStep,
  ) {
    super(reason.message)
  }
}
