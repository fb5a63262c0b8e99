import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { bytes } from '../bytes'
import { job } from '../model/job'
import { redriveOptions, redrivePlanning, redriveSelection } from '../model/redrive'
import { onStream, prepares, writesForGood } from './base'

export const redriveContract = {
  /** Reads the dead letters page by page, and says what would go where. Kept for ten minutes. */
  planAll: prepares
    .input(onStream.extend({ selection: redriveSelection, options: redriveOptions }))
    .output(eventIterator(redrivePlanning)),
  /**
   * Starts the plan as a job, of `perSecond` entries per second at most (null: as fast as the server bears it; `job.limit`
   * changes it). `backup` saves each entry as JSON Lines before it is deleted. `confirmation`: the stream's name, on production connections.
   */
  run: writesForGood
    .input(
      onStream.extend({
        planId: z.string(),
        perSecond: z.int().min(1).max(1_000_000).nullable().default(50),
        backup: z.boolean().default(true),
        confirmation: bytes.optional(),
      }),
    )
    .output(job),
}
