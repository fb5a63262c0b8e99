import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { bytes } from '../bytes'
import { job } from '../model/job'
import { copyPlanning, copyRequest } from '../model/stream-copy'
import { accepts, onStream, prepares, writes } from './base'

export const copyContract = {
  /**
   * Reads a range, or a search, of the stream `from` up to what it holds now, and says what would be added to this one. Both connections are
   * open. Kept for ten minutes.
   */
  plan: prepares.input(onStream.extend(copyRequest.shape)).output(eventIterator(copyPlanning)),
  /**
   * Adds them, as a job, of `perSecond` entries per second at most (null: as fast as the servers bear it; `job.limit` changes it).
   * `confirmation`: the stream's name, on production connections, for whoever reads it is given all of them.
   */
  run: writes
    .input(
      onStream.extend({
        planId: z.string(),
        perSecond: z.int().min(1).max(1_000_000).nullable().default(null),
        confirmation: bytes.optional(),
        accepts,
      }),
    )
    .output(job),
}
