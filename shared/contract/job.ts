import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { job } from '../model/job'
import { reads } from './base'

export const jobContract = {
  list: reads.output(z.array(job)),
  /** Every job as it stands now, then each one as it changes. */
  watch: reads.output(eventIterator(job)),
  /** Goes on no further after the batch in flight, until resumed. */
  pause: reads.input(z.object({ jobId: z.string() })).output(job),
  resume: reads.input(z.object({ jobId: z.string() })).output(job),
  /** Entries per second at most; null: as fast as the server bears it. */
  limit: reads.input(z.object({ jobId: z.string(), perSecond: z.int().min(1).max(1_000_000).nullable() })).output(job),
  /** Stops after the batch in flight. What was done stays done, and can be undone. */
  cancel: reads.input(z.object({ jobId: z.string() })).output(job),
}
