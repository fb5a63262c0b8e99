import { nameKey } from '../../redis/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { JobFailure } from '../../../shared/model/job'
import { MAX_IDS } from '../../redis/batch'
import type { WriteLine } from '../../redis/reader-writer'
import { asId, asList } from '../../redis/reply'
import { SAME_TIME_MS } from '../../redis/scripts/catch-up-and-swap'
import { claimArguments } from '../../redis/xclaim'
import { createGroup, setGroupId } from '../../redis/xgroup'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import type { ObservedRow } from '../inspection/observe-pending'
import type { RestoreContext } from './context'
import type { GroupState } from './group-state'
import { onOurs, sendLines } from './write-part'
import { message } from '../../../shared/words/messages'

/** The most commands of one transaction. */
const MOST_LINES = 100

/**
 * Brings a group of a stream that only we use to where it is in another one (`now`): its position, its consumers, and what
 * is pending, with owner, delivery count and time of delivery. `then`: where it is as yet; null: nowhere.
 *
 * Pending entries are made in the order of their delivery: from Redis 8.6 on an older time after a newer one costs a walk
 * over all that is newer.
 */
export async function* copyGroup(
  context: RestoreContext,
  into: Buffer,
  now: GroupState,
  then: GroupState | null,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { writer, server } = context
  const { name, lastDeliveredId, entriesRead } = now.info
  const counted = entriesRead !== null && server.capabilities.entriesRead.available ? { entriesRead } : {}
  await onOurs(context, signal, () =>
    then === null
      ? createGroup(writer, into, name, lastDeliveredId, { mkstream: false, ...counted })
      : setGroupId(writer, into, name, lastDeliveredId, counted.entriesRead),
  )
  yield nothing
  const lines = [...consumerLines(context, into, now, then), ...ackLines(into, now, then)]
  for (let at = 0; at < lines.length; at += MOST_LINES) {
    if (signal.aborted) return
    await onOurs(context, signal, () => sendLines(context, lines.slice(at, at + MOST_LINES)))
    yield nothing
  }
  for (const claims of transactionsOf(classesOf(toClaim(now, then)))) {
    if (signal.aborted) return
    const failures = await onOurs(context, signal, () => sendClaims(context, into, name, claims))
    yield { ...nothing, failures }
  }
}

const nothing: JobStep = { done: 0, counts: noCounts }

function consumerLines(
  { server }: RestoreContext,
  into: Buffer,
  { info, consumers }: GroupState,
  then: GroupState | null,
): readonly WriteLine[] {
  if (!server.capabilities.createConsumer.available) return []
  const there = new Set(then?.consumers.map((name) => nameKey(name)))
  const missing = consumers.filter((name) => !there.has(nameKey(name)))
  return missing.map((name) => ['XGROUP', 'CREATECONSUMER', into, info.name, name])
}

/** What is pending no more. */
function ackLines(into: Buffer, now: GroupState, then: GroupState | null): readonly WriteLine[] {
  const pending = new Set(now.rows.map(({ id }) => id))
  const acked = (then?.rows ?? []).map(({ id }) => id).filter((id) => !pending.has(id))
  const lines: WriteLine[] = []
  for (let at = 0; at < acked.length; at += MAX_IDS) {
    lines.push(['XACK', into, now.info.name, ...acked.slice(at, at + MAX_IDS)])
  }
  return lines
}

/** In the order of delivery: what is not pending there yet, or in another way. */
function toClaim(now: GroupState, then: GroupState | null): readonly ObservedRow[] {
  const there = new Map(then?.rows.map((row) => [row.id, row]))
  const isThere = (row: ObservedRow): boolean => {
    const other = there.get(row.id)
    return other?.deliveries === row.deliveries && other.consumer.equals(row.consumer) && isSameTime(other, row)
  }
  return now.rows.filter((row) => !isThere(row)).sort((a, b) => a.deliveredAt - b.deliveredAt)
}

/**
 * As far as reading tells: what was written is what was read, which the server's clock may have left behind. To write it
 * once more for some ms would cost Redis 8.6 a walk for each.
 */
function isSameTime(a: ObservedRow, b: ObservedRow): boolean {
  return a.deliveredAt <= b.deliveredBy + SAME_TIME_MS && b.deliveredAt <= a.deliveredBy + SAME_TIME_MS
}

interface ClaimClass {
  readonly row: ObservedRow
  readonly ids: EntryId[]
}

/** The options of an XCLAIM hold for all of its ids, so a command serves one owner, one count and one time. */
function classesOf(rows: readonly ObservedRow[]): readonly ClaimClass[] {
  const classes: ClaimClass[] = []
  const open = new Map<string, ClaimClass>()
  let moment = -1
  for (const row of rows) {
    if (row.deliveredAt !== moment) open.clear()
    moment = row.deliveredAt
    const name = `${row.deliveries} ${nameKey(row.consumer)}`
    const found = open.get(name)
    if (found && found.ids.length < MAX_IDS) found.ids.push(row.id)
    else {
      const made = { row, ids: [row.id] }
      open.set(name, made)
      classes.push(made)
    }
  }
  return classes
}

/** At most 100 commands, and 500 ids, at a time. */
function* transactionsOf(classes: readonly ClaimClass[]): Generator<readonly ClaimClass[], void> {
  let part: ClaimClass[] = []
  let ids = 0
  for (const each of classes) {
    if (part.length > 0 && (part.length >= MOST_LINES || ids + each.ids.length > MAX_IDS)) {
      yield part
      part = []
      ids = 0
    }
    part.push(each)
    ids += each.ids.length
  }
  if (part.length > 0) yield part
}

/** Gives those that could not be made pending. */
async function sendClaims(
  context: RestoreContext,
  into: Buffer,
  group: Buffer,
  claims: readonly ClaimClass[],
): Promise<readonly JobFailure[]> {
  const lines = claims.map(({ row, ids }): WriteLine => {
    const options = { minIdleMs: 0, timeMs: row.deliveredAt, retryCount: row.deliveries, force: true }
    return ['XCLAIM', into, group, row.consumer, 0, ...ids, ...claimArguments(options)]
  })
  const claimed = new Set((await sendLines(context, lines)).flatMap((reply) => asList(reply).map(asId)))
  const reason = message('restore.entry-gone')
  return claims.flatMap(({ ids }) => ids.filter((id) => !claimed.has(id)).map((id) => ({ id, reason })))
}
