import type { EntryId } from '../../../shared/entry-id'
import { noCounts } from '../job-counts'
import { Interrupted, type JobStep } from '../jobs'
import type { ObservedRow, Observation } from './observe'
import { isOutcomeUnknown, priorOf, serverTimeBy, type BatchOutcome, type RunContext } from './run-context'

export interface Batch {
  readonly number: number
  readonly observation: Observation
  /** Entries to be changed. */
  readonly rows: readonly ObservedRow[]
  /** Sends, and says what came of it. */
  send(): Promise<BatchOutcome>
  /** Finds out by reading, after the reply got lost. */
  readBack(): Promise<BatchOutcome>
}

/**
 * One batch, in the order that keeps the journal true: intent on the disk, command, outcome. A lost reply is never
 * answered by sending again: once the connection is back the batch is read, journaled as read, and the job ends.
 */
export async function runBatch(context: RunContext, batch: Batch, signal: AbortSignal): Promise<JobStep> {
  const { record } = context
  const { number, observation, rows } = batch
  await record.intent(number, observation.at, rows.map(priorOf))
  const step = async ({ counts, except }: BatchOutcome): Promise<JobStep> => {
    await record.outcome(number, { until: serverTimeBy(observation), counts, except })
    return { done: rows.length, counts }
  }
  try {
    return await step(await batch.send())
  } catch (error) {
    if (!isOutcomeUnknown(error)) {
      await record.outcome(number, { until: observation.at, counts: noCounts, except: rows.map(({ id }) => id) })
      throw error
    }
    const readBack = await afterReconnect(context, batch, signal)
    throw new Interrupted(error, await step(readBack))
  }
}

async function afterReconnect(context: RunContext, batch: Batch, signal: AbortSignal): Promise<BatchOutcome> {
  try {
    await context.whenReady(signal)
    return await batch.readBack()
  } catch {
    // Still no connection: what became of the batch stays unknown, and the journal says so.
    return { counts: { ...noCounts, unknown: batch.rows.length }, except: [] }
  }
}

export function idsOf(rows: readonly { readonly id: EntryId }[]): readonly EntryId[] {
  return rows.map(({ id }) => id)
}
