import type { EntryId } from '../../../shared/entry-id'
import { claimJustId } from '../../redis/xclaim'
import { noCounts } from '../job-counts'
import type { JobStep } from '../jobs'
import { idsOf, runBatch } from './batch'
import { byIdleClass } from './idle-classes'
import { ageOf, observeIds, type ObservedRow, type Observation } from './observe'
import { whyNotClaimed } from './not-claimed'
import { goneIds } from './presence'
import type { BatchOutcome, RunContext } from './run-context'
import { selectedBatches, type Selected } from './selected'
import { sendAll, type Sent } from './send'

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
  const { reader, key } = context
  let number = 0
  for await (const { observation, untouched, moved } of selectedBatches(context, selected, plannedAt)) {
    const candidates = untouched.filter(({ consumer }) => !consumer.equals(to))
    const already = untouched.length - candidates.length
    const gone = await goneIds(reader, key, idsOf(candidates))
    const rows = includeGone ? candidates : candidates.filter(({ id }) => !gone.has(id))
    const left = { ...noCounts, leftAlone: moved + already, gone: candidates.length - rows.length }
    const skipped = moved + already + left.gone
    if (skipped > 0) yield { done: skipped, counts: left }
    if (rows.length === 0) continue
    const send = () => sendClaims(context, to, rows, observation)
    const readBack = (lost: readonly EntryId[]) => readClaimBack(context, to, rows, lost)
    yield* runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
  }
}

function sendClaims(
  context: RunContext,
  to: Buffer,
  rows: readonly ObservedRow[],
  observation: Observation,
): Promise<Sent> {
  const { reader, writer, key, group } = context
  const sendings = byIdleClass(rows).map(({ minIdleMs, rows: members }) => {
    const ids = idsOf(members)
    const send = () => claimJustId(writer, key, group, to, ids, { minIdleMs: minIdleMs + ageOf(observation) })
    return { ids, send }
  })
  return sendAll(reader, sendings, (ids) => whyNotClaimed(context, ids))
}

/**
 * What is the target's now, with the delivery count it had, was claimed: it was someone else's just before. What is
 * neither the target's nor its former holder's may have been claimed, and have moved on since.
 */
async function readClaimBack(
  { reader, key, group }: RunContext,
  to: Buffer,
  rows: readonly ObservedRow[],
  lost: readonly EntryId[],
): Promise<BatchOutcome> {
  const now = await observeIds(reader, key, group, lost)
  const before = new Map(rows.map((row) => [row.id, row]))
  const isClaimed = ({ id, consumer, deliveries }: ObservedRow): boolean =>
    consumer.equals(to) && deliveries === before.get(id)?.deliveries
  const isLeft = ({ id, consumer }: ObservedRow): boolean => before.get(id)?.consumer.equals(consumer) ?? false
  const claimed = now.rows.filter(isClaimed)
  const left = now.rows.filter(isLeft)
  const unknown = lost.length - claimed.length - left.length
  return {
    counts: { ...noCounts, changed: claimed.length, leftAlone: left.length, unknown },
    except: idsOf(left),
    until: claimed.reduce((latest, { deliveredBy }) => Math.max(latest, deliveredBy), now.at),
  }
}
