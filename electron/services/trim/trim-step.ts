import { isAppError } from '../../../shared/error'
import { noCounts } from '../lib/job-counts'
import { Interrupted, type JobStep } from '../jobs/jobs'
import type { TrimOrder } from './trim-order'

export interface TrimStep {
  readonly number: number
  /** The most entries that it may remove. */
  readonly most: number
  /** Sends the one command; gives how many entries the server says went. */
  send(): Promise<number>
  /** How many went, found out by reading after the reply got lost; null where that can't be told. */
  readBack(): Promise<number | null>
}

/**
 * One command, and then the journal's line of what came of it. A lost reply is never answered by sending again: once the
 * connection is back what is left is read, journaled as read, and the job ends.
 */
export async function runStep(order: TrimOrder, step: TrimStep, signal: AbortSignal): Promise<JobStep> {
  try {
    return await told(order, step, await step.send())
  } catch (error) {
    if (!isAppError(error, 'UNKNOWN_OUTCOME')) throw error
    throw new Interrupted(error, await told(order, step, await afterReconnect(order, step, signal)))
  }
}

async function told({ record }: TrimOrder, { number, most }: TrimStep, removed: number | null): Promise<JobStep> {
  const counts = removed === null ? { ...noCounts, unknown: most } : { ...noCounts, changed: removed }
  if (removed !== 0) await record.outcome(number, { until: Date.now(), counts, except: [] })
  return { done: removed ?? 0, counts }
}

async function afterReconnect(order: TrimOrder, step: TrimStep, signal: AbortSignal): Promise<number | null> {
  try {
    const settled = await order.whenReady(signal)
    const removed = await step.readBack()
    // What is not done may still be.
    return settled || removed === step.most ? removed : null
  } catch {
    // Still no connection, or no such stream any more: what went stays unknown, and the journal says so.
    return null
  }
}
