import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { bytes } from '../bytes'
import { job } from '../model/job'
import { sweepAccepts, sweepPlanning, sweepRequest, sweepUndoPlanning } from '../model/sweep'
import { onConnection, prepares, writes } from './base'

const onSweep = onConnection.extend({ sweepId: z.string().min(1).max(64) })

/** One recovery over many groups: one preview, one job, one record with a part for each group, one undo. */
export const sweepContract = {
  /** Reads, and says what would happen in each group. Kept for ten minutes. */
  plan: prepares.input(sweepRequest).output(eventIterator(sweepPlanning)),
  /**
   * Starts the plan as a job that goes through the groups one after the other. Throws STALE_PLAN, BAD_INPUT where there is nothing to
   * do, and on production CONFIRMATION_NEEDED unless `confirmation` is the plan's `confirm`.
   */
  run: writes.input(onConnection.extend({ planId: z.string(), confirmation: bytes.optional() })).output(job),
  /** Reads, and says what an undo of all of its records would give back. Throws NOT_FOUND, and BAD_INPUT while it runs. */
  planUndo: prepares.input(onSweep).output(eventIterator(sweepUndoPlanning)),
  /**
   * Takes back what each of its records did, the last one first. `accepts`: as of a recovery, of each record by itself; one with a
   * doubt that is not among them is refused, and the others are gone on with.
   */
  undo: writes.input(onSweep.extend({ accepts: sweepAccepts.optional() })).output(job),
}
