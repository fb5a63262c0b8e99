import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { job } from '../model/job'
import { looks, prepares } from './base'

export const jobContract = {
  list: looks.output(z.array(job)),
  /** Every job as it stands now, then each one as it changes. */
  watch: looks.output(eventIterator(job)),
  /** Goes on no further after the batch in flight, until resumed. */
  pause: prepares.input(z.object({ jobId: z.string() })).output(job),
  resume: prepares.input(z.object({ jobId: z.string() })).output(job),
  /** Entries per second at most; null: as fast as the server bears it. */
  limit: prepares
    .input(z.object({ jobId: z.string(), perSecond: z.int().min(1).max(1_000_000).nullable() }))
    .output(job),
  /** Stops after the batch in flight. What was done stays done, and can be undone. */
  cancel: prepares.input(z.object({ jobId: z.string() })).output(job),
}
