import { bytesKey, sameBytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import { fromBuffer } from '../../../redis/bytes'
import type { GroupSource } from '../../../redis/source'
import { observeIds, type Observation, type ObservedRow } from '../../inspection/observe-pending'
import { seenSince } from '../../inspection/seen-since'
import { notCarriedOut } from '../../jobs/not-carried-out'
import { idsOf } from '../../jobs/run-batch'
import type { BatchOutcome } from '../../jobs/run-context'
import { noCounts } from '../../../../shared/judgement/job-counts'
import { byOwnerAndCount, type Return } from './returns'

interface Sent {
  readonly returns: readonly Return[]
  /** What was read before they were sent. */
  readonly observation: Observation
  /** The ids of each, in the order in which they were sent; absent: one for each owner and count. */
  readonly commands?: readonly (readonly EntryId[])[] | undefined
}

/**
 * What became of entries that were to be given back by commands whose replies were lost. With its former holder, at the count
 * that it had: back. Still with whom it was taken from: not. A command never arrived where one of its entries did not move at
 * all, and nobody was given anything who shows nothing since: XCLAIM makes one look seen. The rest may have been given back, and acked since: `unsure`, so that no later undo takes it for certain.
 * https://redis.io/docs/latest/commands/xclaim/
 */
export async function readReturnsBack(
  context: GroupSource,
  { returns, observation, commands = byOwnerAndCount(returns).map(idsOfReturns) }: Sent,
  lost: readonly EntryId[],
): Promise<BatchOutcome & { readonly back: readonly EntryId[] }> {
  const { reader, key, group } = context
  const seen = await seenSince(context, observation.at)
  const now = await observeIds(reader, key, group, lost)
  const before = new Map(returns.map((each) => [each.prior.id, each]))
  const isBack = ({ id, consumer, deliveries }: ObservedRow): boolean => {
    const sent = before.get(id)
    if (sent === undefined || !sameBytes(fromBuffer(consumer), sent.prior.consumer)) return false
    return wasHeldByNobody(sent) || sent.prior.deliveries === deliveries
  }
  const isLeft = ({ id, consumer }: ObservedRow): boolean => {
    const sent = before.get(id)
    return sent !== undefined && !wasHeldByNobody(sent) && sent.row.consumer.equals(consumer)
  }
  const isUntouched = (row: ObservedRow): boolean =>
    isLeft(row) && before.get(row.id)?.row.deliveries === row.deliveries && row.deliveredBy < observation.at
  const isUnseen = (sent: Return | undefined): boolean =>
    sent !== undefined && seen?.has(bytesKey(sent.prior.consumer)) === false
  const untouched = new Set(idsOf(now.rows.filter((row) => !isBack(row) && isUntouched(row))))
  const wanted = new Set(lost)
  const never = new Set([
    ...notCarriedOut(
      commands.map((ids) => ids.filter((id) => wanted.has(id))),
      (id) => untouched.has(id),
    ),
    ...lost.filter((id) => isUnseen(before.get(id))),
  ])
  const back = idsOf(now.rows.filter((row) => isBack(row) && !never.has(row.id)))
  const left = new Set([...never, ...idsOf(now.rows.filter((row) => !isBack(row) && isLeft(row)))])
  const told = new Set([...back, ...left])
  const unsure = lost.filter((id) => !told.has(id))
  const counts = { ...noCounts, changed: back.length, leftAlone: left.size, unknown: unsure.length }
  return { back, counts, except: lost.filter((id) => left.has(id)), unsure, until: now.at }
}

function idsOfReturns(returns: readonly Return[]): readonly EntryId[] {
  return idsOf(returns.map(({ prior }) => prior))
}

/** Acked, so that only XCLAIM FORCE makes it pending; what it was delivered since does not matter. */
function wasHeldByNobody({ row, prior }: Return): boolean {
  return sameBytes(fromBuffer(row.consumer), prior.consumer)
}
