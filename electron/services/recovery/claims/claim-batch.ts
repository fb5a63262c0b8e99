import type { EntryId } from '../../../../shared/entry-id'
import { fromBuffer } from '../../../redis/bytes'
import {
  observeClearly,
  observeEach,
  observeIds,
  type ObservedRow,
  type Observation,
} from '../../inspection/observe-pending'
import type { JobStep } from '../../jobs/job-step'
import { notCarriedOut } from '../../jobs/not-carried-out'
import { idsOf, runBatch } from '../../jobs/run-batch'
import type { BatchOutcome, RunContext } from '../../jobs/run-context'
import { sendAll, type Sending, type Sent } from '../../jobs/send-commands'
import { noCounts } from '../../../../shared/judgement/job-counts'
import { claimCommands } from './claim-as-seen'
import { claimSendings, deliveriesAfter, type ClaimHow } from './claim-sendings'
import { whyNotClaimed } from './not-claimed'
import { isDeliveredAgain } from '../selection/ticked'

export interface ClaimBatch {
  readonly observation: Observation
  /** At most 500. */
  readonly rows: readonly ObservedRow[]
  readonly to: Buffer
  /** Not given: the idle time starts anew, and the delivery count is kept. */
  readonly how?: ClaimHow
}

/** A ticked entry under retry is delivered every few ms, maybe: so often it is read and claimed again. */
export const MOST_TRIES = 10

/**
 * Claims so many, all to one consumer. A ticked entry that its consumer got once more just before is left alone by XCLAIM:
 * it is read again, and goes with a batch of its own. `next`: the number of the job's next batch.
 */
export async function* claimBatch(
  context: RunContext,
  { next, ...batch }: ClaimBatch & { readonly next: () => number },
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  let { rows, observation } = batch
  for (let tries = 1; rows.length > 0 && !signal.aborted; tries += 1) {
    const part = { ...batch, rows, observation }
    const again = new Set<EntryId>()
    const send = () => sendClaims(context, part, tries < MOST_TRIES ? again : null)
    const readBack = (lost: readonly EntryId[]) => readClaimBack(context, part, lost)
    const [to, keepsIdle] = [fromBuffer(batch.to), batch.how?.idle === 'kept']
    yield* runBatch(context, { number: next(), observation, rows, to, keepsIdle, send, readBack }, signal)
    if (again.size === 0) return
    ;({ rows, observation } = await readAgain(context, part, again))
  }
}

/** Those of a batch that were delivered once more, as they are now. What has moved since does not come again. */
export async function readAgain(
  context: RunContext,
  { rows }: Pick<ClaimBatch, 'rows'>,
  again: ReadonlySet<EntryId>,
): Promise<Pick<ClaimBatch, 'rows' | 'observation'>> {
  const before = new Map(rows.map((row) => [row.id, row]))
  const isAgain = (row: ObservedRow): boolean => isDeliveredAgain(before.get(row.id), row)
  const observation = await observeClearly(
    (row) => (isAgain(row) ? Infinity : -Infinity),
    () => observeIds(context.reader, context.key, context.group, [...again]),
    (ids) => observeEach(context, ids),
  )
  return { observation, rows: observation.rows.filter(isAgain).map((row) => ({ ...row, orMore: true })) }
}

/** Sends the claims of a batch, all in one go. `again` is told what was only delivered once more; null: that is left alone. */
export function sendClaims(context: RunContext, batch: ClaimBatch, again: Set<EntryId> | null = null): Promise<Sent> {
  return sendAll(context.writer, commandsOf(context, batch), async (ids) => {
    if (again !== null) for (const id of await deliveredAgain(context, batch.rows, ids)) again.add(id)
    return whyNotClaimed(
      context,
      ids.filter((id) => again?.has(id) !== true),
    )
  })
}

/** In the order in which they are sent. */
function commandsOf(context: RunContext, { rows, to, observation, how = {} }: ClaimBatch): readonly Sending[] {
  const parts = claimSendings(rows, how).map((part) => ({ ...part, to }))
  return claimCommands(context, rows, parts, observation)
}

/** Of these, the ticked ones that their consumer holds still. */
async function deliveredAgain(
  { reader, key, group }: RunContext,
  rows: readonly ObservedRow[],
  left: readonly EntryId[],
): Promise<readonly EntryId[]> {
  const wanted = new Set(left)
  const ticked = new Map(rows.filter(({ id, orMore }) => orMore && wanted.has(id)).map((row) => [row.id, row]))
  if (ticked.size === 0) return []
  const now = await observeIds(reader, key, group, [...ticked.keys()])
  return idsOf(now.rows.filter((row) => isDeliveredAgain(ticked.get(row.id), row)))
}

/**
 * What is the target's now, with the delivery count that the claim gives it, was claimed: it was someone else's just before. What is
 * neither the target's nor its former holder's may have been claimed, and have moved on since. Nothing of the kind, where
 * another entry of the command tells that it never arrived: then others moved it.
 */
async function readClaimBack(context: RunContext, batch: ClaimBatch, lost: readonly EntryId[]): Promise<BatchOutcome> {
  const { reader, key, group } = context
  const { to, rows, observation, how = {} } = batch
  const now = await observeIds(reader, key, group, lost)
  const before = new Map(rows.map((row) => [row.id, row]))
  const isClaimed = ({ id, consumer, deliveries }: ObservedRow): boolean => {
    const row = before.get(id)
    return row !== undefined && consumer.equals(to) && deliveries === deliveriesAfter(how, row.deliveries)
  }
  const isLeft = ({ id, consumer }: ObservedRow): boolean => before.get(id)?.consumer.equals(consumer) ?? false
  const isUntouched = (row: ObservedRow): boolean =>
    isLeft(row) && before.get(row.id)?.deliveries === row.deliveries && row.deliveredBy < observation.at
  const untouched = new Set(idsOf(now.rows.filter(isUntouched)))
  const wanted = new Set(lost)
  const commands = commandsOf(context, batch).map(({ ids }) => ids.filter((id) => wanted.has(id)))
  const never = notCarriedOut(commands, (id) => untouched.has(id))
  const claimed = now.rows.filter((row) => isClaimed(row) && !never.has(row.id))
  const left = new Set([...never, ...idsOf(now.rows.filter(isLeft))])
  const unknown = lost.length - claimed.length - left.size
  return {
    counts: { ...noCounts, changed: claimed.length, leftAlone: left.size, unknown },
    except: lost.filter((id) => left.has(id)),
    until: claimed.reduce((latest, { deliveredBy }) => Math.max(latest, deliveredBy), now.at),
  }
}
