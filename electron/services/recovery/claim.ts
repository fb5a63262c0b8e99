import type { EntryId } from '../../../shared/entry-id'
import { claimJustId } from '../../redis/xclaim'
import { addCounts, noCounts } from '../job-counts'
import type { JobStep } from '../jobs'
import { idsOf, runBatch } from './batch'
import { byIdleClass } from './idle-classes'
import { observeIds, type ObservedRow, type Observation } from './observe'
import { goneIds } from './presence'
import type { BatchOutcome, RunContext } from './run-context'
import { selectedBatches, type Selected } from './selected'

export interface ClaimOrder {
  readonly selected: Selected
  readonly plannedAt: number
  readonly to: Buffer
  readonly includeGone: boolean
}

/**
 * XCLAIM … JUSTID, batch by batch, each with the min idle that was observed: an entry that moved between reading and
 * claiming has a smaller one, and Redis leaves it alone. Entries gone from the stream are left out unless asked for.
 */
export async function* claimEntries(
  context: RunContext,
  { selected, plannedAt, to, includeGone }: ClaimOrder,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { reader, key, group, exclusiveRange } = context
  let number = 0
  for await (const batch of selectedBatches(reader, key, group, selected, plannedAt, exclusiveRange)) {
    const { observation, moved } = batch
    const candidates = batch.untouched.filter(({ consumer }) => !consumer.equals(to))
    const already = batch.untouched.length - candidates.length
    const gone = await goneIds(reader, key, idsOf(candidates))
    const rows = includeGone ? candidates : candidates.filter(({ id }) => !gone.has(id))
    const left = { ...noCounts, leftAlone: moved + already, gone: candidates.length - rows.length }
    const skipped = moved + already + left.gone
    if (skipped > 0) yield { done: skipped, counts: left }
    if (rows.length === 0) continue
    yield await runBatch(
      context,
      {
        number: number++,
        observation,
        rows,
        send: () => claimByIdle(context, to, rows),
        readBack: () => readClaimBack(context, to, rows, observation),
      },
      signal,
    )
  }
}

async function claimByIdle(context: RunContext, to: Buffer, rows: readonly ObservedRow[]): Promise<BatchOutcome> {
  const { writer, key, group } = context
  const claimed = new Set<EntryId>()
  for (const { minIdleMs, rows: members } of byIdleClass(rows)) {
    for (const id of await claimJustId(writer, key, group, to, idsOf(members), { minIdleMs })) claimed.add(id)
  }
  const except = idsOf(rows).filter((id) => !claimed.has(id))
  return { counts: addCounts(await whyNot(context, except), { ...noCounts, changed: claimed.size }), except }
}

/** Redis 7+ drops an entry that is gone from the stream; any other that was not claimed had moved. */
async function whyNot({ reader, key, group }: RunContext, ids: readonly EntryId[]): Promise<BatchOutcome['counts']> {
  if (ids.length === 0) return noCounts
  const gone = await goneIds(reader, key, ids)
  const { rows: pending } = await observeIds(reader, key, group, ids)
  const kept = new Set(idsOf(pending))
  const dropped = ids.filter((id) => gone.has(id) && !kept.has(id)).length
  return { ...noCounts, dropped, leftAlone: ids.length - dropped }
}

async function readClaimBack(
  context: RunContext,
  to: Buffer,
  rows: readonly ObservedRow[],
  before: Observation,
): Promise<BatchOutcome> {
  const { reader, key, group } = context
  const now = await observeIds(reader, key, group, idsOf(rows))
  const current = new Map(now.rows.map((row) => [row.id, row]))
  const except: EntryId[] = []
  let counts = noCounts
  for (const { id, consumer } of rows) {
    const row = current.get(id)
    if (row?.consumer.equals(to) && row.deliveredAt >= before.at - 5) {
      counts = { ...counts, changed: counts.changed + 1 }
      continue
    }
    except.push(id)
    if (row?.consumer.equals(consumer)) counts = { ...counts, leftAlone: counts.leftAlone + 1 }
    else counts = { ...counts, unknown: counts.unknown + 1 }
  }
  return { counts, except }
}
