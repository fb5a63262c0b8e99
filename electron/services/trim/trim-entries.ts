import { compareIds, MIN_ID, nextId, previousId, type EntryId } from '../../../shared/entry-id'
import { fromBuffer } from '../../redis/bytes'
import { streamInfo, type StreamInfo } from '../../redis/xinfo'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { openWentLog } from '../backup/went-log'
import { couldBecome, madeAnew, removedBetween, requireSame } from '../inspection/stream-snapshot'
import { byMode } from './plan-trim'
import { removeByMode } from './remove-by-mode'
import { removeUpTo, type Removed } from './removing'
import { saveGoing } from './save-going'
import type { Held, RunningTrim, TrimOrder } from './trim-order'
import { runStep } from './trim-step'
import { listIds, walk } from '../inspection/stream-walk'
import { message } from '../../../shared/words/messages'

/** Ids of one XDEL. */
const MAX_DELETED = 1_000

/**
 * Removes what the plan showed, in commands that remove `limit` entries at most. The cut is always made by id: what
 * producers add meanwhile can't push more out than was shown. The backup, if any, is whole and on the disk before the
 * first of them.
 */
export async function* trimEntries(order: TrimOrder, signal: AbortSignal): AsyncGenerator<JobStep, void> {
  const { plan, snapshot, firstKept } = order
  const found =
    firstKept === undefined
      ? yield* findThrough(order, signal)
      : firstKept === null
        ? snapshot.stream.lastId
        : previousId(firstKept)
  const through = found && beforeNeed(found, order.neededFrom)
  if (through === null || signal.aborted) return
  const backupFile = yield* saveGoing(order, through, signal)
  if (backupFile === null && signal.aborted) return
  const wentLog = backupFile === null ? null : await openWentLog(backupFile)
  let removed = 0
  try {
    if (backupFile !== null) yield { done: 0, counts: noCounts, backupFile }
    if (signal.aborted) return
    await requireSame(order.reader, order.key, snapshot, plan.id)
    const last: { held: Held | null } = { held: null }
    const running = { ...order, wentLog, hold: (held: Held | null) => void (last.held = held) }
    for await (const step of removeThrough(running, through, signal)) {
      removed += step.done
      yield step
      if (signal.aborted) return
    }
    if (last.held !== null) yield* tellHeld(order, last.held, through)
  } finally {
    // What no step took away stayed; but where a step left open what it did, nothing more can be added.
    await wentLog?.add({ went: [], entries: 0, through })
    await wentLog?.close()
  }
  if (plan.removes.certainty !== 'exact') yield { done: 0, counts: noCounts, total: removed }
}

/** What is needed is no part of it, wherever else it may end. */
function beforeNeed(through: EntryId, neededFrom: EntryId | null): EntryId | null {
  return neededFrom === null || compareIds(neededFrom, through) > 0 ? through : previousId(neededFrom)
}

/** Since the plan was made a group came to need some of what was to go: how much stays for it, and for which. */
async function* tellHeld(
  { reader, key }: TrimOrder,
  { by, after }: Held,
  through: EntryId,
): AsyncGenerator<JobStep, void> {
  const from = nextId(after)
  const { ids } = from === null ? { ids: [] } : await listIds(reader, key, { from, to: through })
  const [first] = ids
  if (first === undefined) return
  const failures = [{ id: first, reason: message('trim.held', { group: fromBuffer(by) }) }]
  yield { done: ids.length, counts: { ...noCounts, leftAlone: ids.length }, failures }
}

/** The id up to which all goes, where the plan could not read so far: counted from its end, which nobody can move. */
async function* findThrough(
  { reader, key, snapshot, plan: { strategy } }: TrimOrder,
  signal: AbortSignal,
): AsyncGenerator<JobStep, EntryId | null> {
  const { lastId } = snapshot.stream
  if (lastId === null || strategy.kind !== 'maxlen') return null
  let left = strategy.maxlen
  for await (const page of walk(reader, key, { from: lastId, to: '-', reverse: true })) {
    const firstKept = page[left - 1]
    if (firstKept) return previousId(firstKept.id)
    left -= page.length
    yield { done: 0, counts: noCounts }
    if (signal.aborted) return null
  }
  return null
}

async function* removeThrough(
  order: RunningTrim,
  through: EntryId,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const mode = byMode(order.plan)
  if (mode !== null) {
    let before = order.snapshot.stream
    yield* removeByMode(order, through, mode, async () => (before = await stillSame(order, before, through)), signal)
    return
  }
  // After the greatest id of all there is none to name as the first that stays.
  const keepFrom = order.minId ? nextId(through) : null
  let number = 0
  if (keepFrom !== null) {
    for await (const step of removeNodes(order, through, signal)) {
      number += 1
      yield step
    }
  }
  // Of a node, `~` removes nothing; nor does it remove nodes of more than `limit` entries.
  if (keepFrom === null || !order.plan.approximate) yield* removeListed(order, through, keepFrom, number, signal)
}

/** Whole nodes, by `~`: cheap, and never more than LIMIT says. */
async function* removeNodes(order: RunningTrim, through: EntryId, signal: AbortSignal): AsyncGenerator<JobStep, void> {
  const { reader, key, plan } = order
  const limit = plan.limit
  let before = order.snapshot.stream
  for (let number = 0; ; number += 1) {
    before = await stillSame(order, before, through)
    const was = before
    const readBack = async (): Promise<number | null> => {
      const now = await streamInfo(reader, key)
      if (!couldBecome(was, now)) return null
      if (now.firstId === was.firstId) return 0
      // Others deleted by id, which no trim does: how many of those that are missing nobody can tell.
      if (now.maxDeletedId !== was.maxDeletedId) return null
      const removed = removedBetween(was, now)
      return removed === null ? null : Math.min(removed, limit)
    }
    const send = async (): Promise<number> => {
      const done = await removeUpTo(order, through, { kind: 'nodes', limit })
      order.hold(heldOf(done))
      return done.entries
    }
    const logWent = async (removed: number): Promise<void> => {
      const { firstId } = await streamInfo(reader, key)
      const last = firstId === null ? null : previousId(firstId)
      const gone = last === null || compareIds(last, through) > 0 ? through : last
      await order.wentLog?.add({ went: [[MIN_ID, gone]], entries: removed, through: gone })
    }
    const step = await runStep(order, { number, most: limit, send, readBack, logWent }, signal)
    if (step.done === 0) return
    yield step
  }
}

function heldOf({ heldBy, through }: Removed): Held | null {
  return heldBy && { by: heldBy, after: through }
}

/** Entries whose ids were read just before: exactly those, whatever else happens to the stream. */
async function* removeListed(
  order: RunningTrim,
  through: EntryId,
  keepFrom: EntryId | null,
  firstNumber: number,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { reader, key, plan } = order
  const most = keepFrom === null ? Math.min(plan.limit, MAX_DELETED) : plan.limit
  let before = order.snapshot.stream
  for (let number = firstNumber; ; number += 1) {
    before = await stillSame(order, before, through)
    const was = before
    const { ids, complete } = await listIds(reader, key, { from: '-', to: through }, most)
    const last = ids.at(-1)
    if (last === undefined) return
    let done: Removed = { entries: 0, through: last, heldBy: null }
    const send = async (): Promise<number> => {
      const how = keepFrom === null ? ({ kind: 'ids', ids } as const) : ({ kind: 'all' } as const)
      done = await removeUpTo(order, complete ? through : last, how)
      order.hold(heldOf(done))
      return done.entries
    }
    const readBack = async (): Promise<number | null> => {
      if (!couldBecome(was, await streamInfo(reader, key))) return null
      const left = await listIds(reader, key, { from: '-', to: last }, most)
      if (left.ids.length === 0) return ids.length
      // One command removes all of them: with one still there, others deleted what isn't. Unless a group needs the rest.
      return order.keeping === null || left.ids.length === ids.length ? 0 : null
    }
    const logWent = async (removed: number): Promise<void> => {
      const to = compareIds(done.through, last) < 0 ? done.through : last
      await order.wentLog?.add({ went: [[MIN_ID, to]], entries: removed, through: to })
    }
    yield await runStep(order, { number, most: ids.length, send, readBack, logWent }, signal)
    if (complete || done.heldBy !== null) return
  }
}

/** Throws STALE_PLAN when the stream went, and another one came, or a group that needs what goes. */
async function stillSame(
  { reader, key, plan, requireGroups }: TrimOrder,
  before: StreamInfo,
  through: EntryId,
): Promise<StreamInfo> {
  const now = await streamInfo(reader, key)
  if (!couldBecome(before, now)) throw madeAnew(plan.id)
  await requireGroups(through)
  return now
}
