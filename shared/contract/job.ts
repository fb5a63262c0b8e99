import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { job } from '../model/job'
import { reads } from './base'

export const jobContract = {
  list: reads.output(z.array(job)),
  /** Every job as it stands now, then each one as it changes. */
  watch: reads.output(eventIterator(job)),
  /** Stops after the batch in flight. What was done stays done, and can be undone. */
  cancel: reads.input(z.object({ jobId: z.string() })).output(job),
}
