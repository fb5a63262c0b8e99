import { z } from 'zod'
import { job } from '../model/job'
import { recoveryAction, recoveryPlan, selection } from '../model/plan'
import { onConnection, onGroup, reads, writes } from './base'

export const recoveryContract = {
  /** Reads, and says what would happen. Plans are kept for ten minutes. */
  plan: reads.input(onGroup.extend({ selection, action: recoveryAction })).output(recoveryPlan),
  /** Starts the plan as a job. */
  run: writes.input(onConnection.extend({ planId: z.string() })).output(job),
  /** Gives back what a claim or an ack changed, where nothing has moved since. */
  undo: writes.input(onConnection.extend({ recordId: z.string() })).output(job),
}
