import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { job } from '../model/job'
import { backup, copiesPlanning, copiesRequest } from '../model/restore'
import { onStream, reads, writes } from './base'

export const restoreContract = {
  /** What was saved before entries were removed, newest first; at most 200. `older`: how many there are besides. */
  backups: reads.output(z.object({ backups: z.array(backup), older: z.int() })),
  /** Reads a backup to its end, and says what would be added to the end of this stream. Kept for ten minutes. */
  planCopies: reads.input(onStream.extend(copiesRequest.shape)).output(eventIterator(copiesPlanning)),
  /** Adds them, as a job. */
  addCopies: writes.input(onStream.extend({ planId: z.string() })).output(job),
}
