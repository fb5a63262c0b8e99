import { randomUUID } from 'node:crypto'
import { cliArgument, sameBytes, type Bytes } from '../../../shared/bytes'
import type { Count } from '../../../shared/count'
import { compareIds, MAX_ID, type EntryId } from '../../../shared/entry-id'
import { consumerHealth } from '../../../shared/health'
import type { RecoveryAction, RecoveryPlan, Selection } from '../../../shared/model/plan'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/client'
import { consumerInfos, type ConsumerInfo } from '../../redis/xinfo'
import { pendingSummary } from '../../redis/xpending'
import { idsOf } from './batch'
import { ackLines, claimLines } from './command-lines'
import { BATCH, observeConsumer, observeIds, observeSettled, type Observation, type ObservedRow } from './observe'
import { dropsGone, goneIds } from './presence'
import { holdingOf, type Selected } from './selected'
import { healthiest } from './target'

export interface PlanRequest {
  readonly connectionId: string
  readonly key: Bytes
  readonly group: Bytes
  readonly selection: Selection
  readonly action: RecoveryAction
}

/** A plan, and what its run needs beside it. */
export interface PreparedPlan {
  readonly plan: RecoveryPlan
  readonly selected: Selected
  /** Server time just before the reading: what was delivered later has moved since. */
  readonly plannedAt: number
}

interface Seen {
  /** Server time of the reading. */
  readonly at: number
  readonly rows: readonly ObservedRow[]
  readonly selected: Selected
  /** All that match, of which `rows` may be the first. */
  readonly entries: number
  readonly notPending: number
}

/** Reads what the selection holds now, and says what the action would do to it. Changes nothing. */
export async function makePlan(reader: Reader, request: PlanRequest, stalledAfterMs: number): Promise<PreparedPlan> {
  const key = toBuffer(request.key)
  const group = toBuffer(request.group)
  const consumers = await consumerInfos(reader, key, group)
  const seen = await observeSelection(reader, key, group, request.selection, consumers)
  const gone = await goneIds(reader, key, idsOf(seen.rows))
  const action = withTarget(request, consumers, seen.rows, stalledAfterMs)
  const to = action.kind === 'claim' ? action.to : null
  const taken = to === null ? seen.rows : seen.rows.filter(({ consumer }) => !sameBytes(fromBuffer(consumer), to))
  const complete = seen.rows.length === seen.entries
  const sent = action.kind === 'claim' && !action.includeGone ? taken.filter(({ id }) => !gone.has(id)) : taken
  const drops = to !== null && sent.some(({ id }) => gone.has(id)) && (await dropsGone(reader, key))
  const arriving = drops ? sent.filter(({ id }) => !gone.has(id)) : sent
  const plan: RecoveryPlan = {
    id: randomUUID(),
    ...request,
    action,
    entries: seen.entries,
    gone: complete ? gone.size : null,
    notPending: seen.notPending,
    consumers: beforeAndAfter(request, to, consumers, seen, { sent, arriving }),
    oldestId: seen.rows[0]?.id ?? null,
    mostDeliveries: complete ? mostDeliveries(seen.rows) : null,
    warnings: warnings(request, action, {
      consumers,
      seen,
      gone: gone.size,
      already: seen.rows.length - taken.length,
      stalledAfterMs,
    }),
    commands: [...commandLines(request, to, seen.rows, new Set(idsOf(sent)))],
  }
  return { plan, selected: seen.selected, plannedAt: seen.at - 1 }
}

async function observeSelection(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  selection: Selection,
  consumers: readonly ConsumerInfo[],
): Promise<Seen> {
  if (selection.kind === 'consumer') {
    const consumer = toBuffer(selection.consumer)
    const { greatestId } = await pendingSummary(reader, key, group)
    const upTo = greatestId ?? MAX_ID
    const range = { from: '-', to: upTo, consumer }
    const { rows, at } = await observeSettled(() => observeConsumer(reader, key, group, range))
    const held = consumers.find(({ name }) => name.equals(consumer))?.pending ?? 0
    const entries = rows.length < BATCH ? rows.length : Math.max(held, rows.length)
    return { at, rows, entries, notPending: 0, selected: { kind: 'consumer', consumer, upTo, entries } }
  }
  const ids = [...new Set(selection.ids)].sort(compareIds)
  const pages: Observation[] = []
  for (let at = 0; at < ids.length; at += BATCH) {
    pages.push(await observeSettled(() => observeIds(reader, key, group, ids.slice(at, at + BATCH))))
  }
  const rows = pages.flatMap((page) => page.rows)
  const holdings = new Map(rows.map((row) => [row.id, holdingOf(row)]))
  const selected: Selected = { kind: 'ids', ids: idsOf(rows), holdings }
  return { at: pages[0]?.at ?? 0, rows, entries: rows.length, notPending: ids.length - rows.length, selected }
}

function withTarget(
  { selection, action }: PlanRequest,
  consumers: readonly ConsumerInfo[],
  rows: readonly ObservedRow[],
  stalledAfterMs: number,
): RecoveryAction {
  if (action.kind !== 'claim' || action.to !== null) return action
  const from = selection.kind === 'consumer' ? toBuffer(selection.consumer) : soleHolder(rows)
  return { ...action, to: fromBuffer(healthiest(consumers, from, stalledAfterMs).name) }
}

/** Who holds them all, if one consumer does. */
function soleHolder([first, ...others]: readonly ObservedRow[]): Buffer | null {
  return first && others.every(({ consumer }) => consumer.equals(first.consumer)) ? first.consumer : null
}

function beforeAndAfter(
  { selection }: PlanRequest,
  to: Bytes | null,
  consumers: readonly ConsumerInfo[],
  { rows, entries }: Seen,
  { sent, arriving }: { readonly sent: readonly ObservedRow[]; readonly arriving: readonly ObservedRow[] },
): RecoveryPlan['consumers'] {
  const leaving = new Map<string, number>()
  const leave = (consumer: Buffer, count: number): void => {
    const name = consumer.toString('latin1')
    leaving.set(name, (leaving.get(name) ?? 0) + count)
  }
  for (const { consumer } of sent) leave(consumer, 1)
  // Where one consumer's backlog was not read to its end, the rest of it is taken to go as well, unless it is the target's.
  const isToItself = to !== null && selection.kind === 'consumer' && sameBytes(selection.consumer, to)
  const rest = isToItself ? 0 : entries - rows.length
  if (selection.kind === 'consumer' && rest > 0) leave(toBuffer(selection.consumer), rest)
  const more = to === null ? 0 : arriving.length + rest
  const target = to === null ? null : toBuffer(to)
  const changed = consumers.flatMap(({ name, pending: before }) => {
    const after = before - (leaving.get(name.toString('latin1')) ?? 0) + (target?.equals(name) ? more : 0)
    return after === before ? [] : [{ name: fromBuffer(name), before, after }]
  })
  const isNew = target !== null && sent.length > 0 && !consumers.some(({ name }) => name.equals(target))
  return isNew ? [...changed, { name: fromBuffer(target), before: 0, after: more }] : changed
}

function mostDeliveries(rows: readonly ObservedRow[]): Count | null {
  return rows.reduce<Count | null>(
    (most, { deliveries }) => (most === null || deliveries > most ? deliveries : most),
    null,
  )
}

function warnings(
  { selection }: PlanRequest,
  action: RecoveryAction,
  facts: { consumers: readonly ConsumerInfo[]; seen: Seen; gone: number; already: number; stalledAfterMs: number },
): RecoveryPlan['warnings'] {
  const { consumers, seen, gone, already, stalledAfterMs } = facts
  const named = (name: Bytes): ConsumerInfo | undefined =>
    consumers.find((each) => sameBytes(fromBuffer(each.name), name))
  const isActive = (each: ConsumerInfo): boolean => consumerHealth(each, stalledAfterMs) === 'active'
  const list: RecoveryPlan['warnings'] = []
  if (gone > 0) list.push('gone-from-stream')
  if (seen.notPending > 0) list.push('not-pending')
  const holders =
    selection.kind === 'consumer' ? [named(selection.consumer)] : consumers.filter((each) => holds(seen, each))
  if (holders.some((each) => each !== undefined && isActive(each))) list.push('consumer-active')
  if (action.kind === 'claim' && action.to !== null) {
    const target = named(action.to)
    if (!target) list.push('new-consumer')
    else if (!isActive(target)) list.push('target-stalled')
    if (already > 0) list.push('already-there')
  }
  return [...list, 'idle-not-restored']
}

function holds(seen: Seen, { name }: ConsumerInfo): boolean {
  return seen.rows.some(({ consumer }) => consumer.equals(name))
}

/** Parted as the run will part them. */
function commandLines(
  { key, group }: PlanRequest,
  to: Bytes | null,
  rows: readonly ObservedRow[],
  sent: ReadonlySet<EntryId>,
): readonly string[] {
  const isSent = ({ id }: ObservedRow): boolean => sent.has(id)
  if (to === null) return ackLines(key, group, idsOf(rows.slice(0, BATCH).filter(isSent)))
  const lines: string[] = []
  for (let at = 0; at < rows.length; at += BATCH) {
    lines.push(...claimLines(key, group, to, rows.slice(at, at + BATCH).filter(isSent)))
  }
  return lines
}

/** "claim to worker-2", for the journal. */
export function summaryOf(action: RecoveryAction): string {
  return action.kind === 'ack' ? 'ack' : `claim to ${action.to === null ? '' : cliArgument(action.to)}`
}
