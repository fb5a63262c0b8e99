import { ack } from '../../redis/xack'
import { noCounts } from '../job-counts'
import type { JobStep } from '../jobs'
import { idsOf, runBatch } from './batch'
import { observeIds, type ObservedRow } from './observe'
import type { BatchOutcome, RunContext } from './run-context'
import { selectedBatches, type Selected } from './selected'

export interface AckOrder {
  readonly selected: Selected
  readonly plannedAt: number
}

/**
 * XACK, batch by batch, only of what is still as the plan saw it. XACK itself knows no owner, so an entry that moves in
 * the instant between reading and acking is acked all the same.
 */
export async function* ackEntries(
  context: RunContext,
  { selected, plannedAt }: AckOrder,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { reader, writer, key, group, exclusiveRange } = context
  let number = 0
  for await (const batch of selectedBatches(reader, key, group, selected, plannedAt, exclusiveRange)) {
    const { observation, untouched: rows, moved } = batch
    if (moved > 0) yield { done: moved, counts: { ...noCounts, leftAlone: moved } }
    if (rows.length === 0) continue
    const send = async (): Promise<BatchOutcome> => {
      const acked = await ack(writer, key, group, idsOf(rows))
      return { counts: { ...noCounts, changed: acked, leftAlone: rows.length - acked }, except: [] }
    }
    const readBack = (): Promise<BatchOutcome> => readAckBack(context, rows)
    yield await runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
  }
}

/** What is pending was not acked. What isn't may have been acked by us or by its consumer: that stays unknown. */
async function readAckBack({ reader, key, group }: RunContext, rows: readonly ObservedRow[]): Promise<BatchOutcome> {
  const now = await observeIds(reader, key, group, idsOf(rows))
  const except = idsOf(now.rows)
  return { counts: { ...noCounts, leftAlone: except.length, unknown: rows.length - except.length }, except }
}
