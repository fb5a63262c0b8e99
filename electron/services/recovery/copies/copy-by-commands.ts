import type { EntryId } from '../../../../shared/entry-id'
import type { JobFailure } from '../../../../shared/model/job'
import { serverTimeMs } from '../../../redis/clock'
import { ack } from '../../../redis/xack'
import { addEntry } from '../../../redis/xadd'
import { noCounts } from '../../../../shared/judgement/job-counts'
import { idsOf } from '../../jobs/run-batch'
import type { Copying, CopyPart } from './copy-part'
import { observeIds, type ObservedRow } from '../../inspection/observe-pending'
import { removeCopies } from './remove-copies'
import type { RunContext } from '../../jobs/run-context'
import { isAsRead } from '../selection/ticked'
import type { Sent } from '../../jobs/send-commands'
import { isOutcomeUnknown } from '../../jobs/outcome-unknown'
import { reasonOf } from '../../lib/reason-of'

/**
 * Where no script can do it: XADD of all copies, then XACK of each entry whose copy is confirmed and that is still as it
 * was, then XDEL of the copies whose entries were not acked by us. A reply that is lost on the way ends it there.
 */
export async function copyByCommands(context: RunContext, copying: Copying, part: CopyPart): Promise<Sent> {
  const { copies, ackSent } = part.progress
  const added = await sendEach(part.rows, async (row) => {
    const id = await addCopy(context, copying, part, row)
    copies.set(row.id, id)
    return id
  })
  const refused = added.refused.map(({ id }) => id)
  const open = { counts: noCounts, except: refused, until: null }
  const confirmed = part.rows.filter(({ id }) => copies.has(id))
  if (added.lost) return { ...open, lost: without(idsOf(part.rows), refused), error: added.lost }

  let same: readonly ObservedRow[]
  try {
    same = await stillAsSeen(context, confirmed)
  } catch (error) {
    return { ...open, lost: idsOf(confirmed), error: asError(error) }
  }
  const acked = await sendEach(same, ({ id }) => {
    ackSent.add(id)
    return ack(context.writer, context.key, context.group, [id])
  })
  const until = await serverTimeMs(context.reader).catch(() => null)
  const changed = acked.done.filter(([, count]) => count > 0).map(([id]) => id)
  const notAcked = without(without(idsOf(confirmed), changed), acked.lostIds)
  // Their replies told that they were not acked by us.
  for (const id of notAcked) ackSent.delete(id)
  const removed = await removeCopies(context, copying.target, pairsOf(copies, notAcked))
  const ackRefused = acked.refused.map(({ id }) => id)
  const untold = removed.lost ? notAcked : []
  const leftAlone = removed.lost ? 0 : notAcked.length - ackRefused.length
  const counts = { ...noCounts, changed: changed.length, leftAlone }
  const refusals: JobFailure[] = [...added.refused, ...acked.refused].map(({ id, error }) => ({
    id,
    reason: reasonOf(error),
  }))
  return {
    counts,
    except: [...refused, ...without(notAcked, untold)],
    until,
    lost: [...acked.lostIds, ...untold],
    error: acked.lost ?? removed.lost ?? added.refused[0]?.error ?? acked.refused[0]?.error ?? null,
    copies: pairsOf(copies, changed),
    failures: [...refusals, ...removed.failures],
  }
}

function addCopy(
  { writer }: RunContext,
  { target, trim, provenance, fields: edited }: Copying,
  { bodies, at }: CopyPart,
  row: ObservedRow,
): Promise<EntryId> {
  const fields = [...(edited ?? bodies.get(row.id)?.fields ?? []), ...(provenance?.(row, at) ?? [])]
  return addEntry(writer, target, '*', fields, {
    create: true,
    ...(trim === null ? {} : { maxLength: trim.maxLength }),
  })
}

/** Those that nobody took, acked or was given since. */
async function stillAsSeen({ reader, key, group }: RunContext, rows: readonly ObservedRow[]) {
  const now = await observeIds(reader, key, group, idsOf(rows))
  const holdings = new Map(now.rows.map((row) => [row.id, row]))
  return rows.filter((row) => {
    const holding = holdings.get(row.id)
    return holding !== undefined && isAsRead(row, holding)
  })
}

interface Replies<T> {
  readonly done: readonly (readonly [EntryId, T])[]
  readonly refused: readonly { readonly id: EntryId; readonly error: Error }[]
  readonly lostIds: readonly EntryId[]
  /** The first lost reply. */
  readonly lost: Error | null
}

/** Sends one command per entry, all together, and waits for every reply. */
async function sendEach<T>(rows: readonly ObservedRow[], send: (row: ObservedRow) => Promise<T>): Promise<Replies<T>> {
  const replies = await Promise.allSettled(rows.map(send))
  const done: [EntryId, T][] = []
  const refused: { id: EntryId; error: Error }[] = []
  const lostIds: EntryId[] = []
  let lost: Error | null = null
  for (const [at, reply] of replies.entries()) {
    const id = rows[at]?.id
    if (id === undefined) continue
    if (reply.status === 'fulfilled') done.push([id, reply.value])
    else if (isOutcomeUnknown(reply.reason)) {
      lost ??= reply.reason
      lostIds.push(id)
    } else refused.push({ id, error: asError(reply.reason) })
  }
  return { done, refused, lostIds, lost }
}

function without(ids: readonly EntryId[], others: readonly EntryId[]): readonly EntryId[] {
  const left = new Set(others)
  return ids.filter((id) => !left.has(id))
}

function pairsOf(
  copies: ReadonlyMap<EntryId, EntryId>,
  ids: readonly EntryId[],
): readonly (readonly [EntryId, EntryId])[] {
  return ids.flatMap((id) => {
    const copyId = copies.get(id)
    return copyId === undefined ? [] : [[id, copyId] as const]
  })
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('a command failed', { cause: reason })
}
