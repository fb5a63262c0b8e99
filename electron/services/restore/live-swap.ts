import type { Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { Reader } from '../../redis/reader-writer'
import { catchUpAndSwap, type CatchUpOutcome } from '../../redis/scripts/catch-up-and-swap'
import { standingOf, swapIfStanding } from '../../redis/scripts/swap-if-standing'
import type { StreamNames } from '../../redis/scripts/swap-streams'
import { ack } from '../../redis/xack'
import { destroyGroup } from '../../redis/xgroup'
import { groupInfos, streamInfo } from '../../redis/xinfo'
import { MAX_IDS } from '../../redis/batch'
import { pendingSummary } from '../../redis/xpending'
import { nameKey } from '../../redis/bytes'
import { observeRange } from '../inspection/observe-pending'
import type { Touches } from '../inspection/own-signs'
import { requireSame, type Snapshot } from '../inspection/stream-snapshot'
import type { JobStep } from '../jobs/job-step'
import { uncounted } from '../jobs/lost-reply'
import { withServerTime } from '../jobs/note-outcome'
import { noCounts } from '../../../shared/judgement/job-counts'
import { catchUp } from './catch-up'
import type { RestoreContext } from './context'
import { noteRevived } from './note-revived'
import { sendSwap, swapByTransaction, swapRefusal } from './swap'
import { onOurs } from './write-part'

/** So often it catches up before it gives up on a stream that moves on faster. */
const MOST_ATTEMPTS = 20

export interface SwapOrder extends StreamNames {
  readonly planId: string
  /** The last id of the new key as the plan found it. */
  readonly targetLastId: EntryId
  /** The stream as the plan found it, and its groups. */
  readonly snapshot: Snapshot
  readonly seenGroups: readonly Buffer[]
  /** Of a group of the stream: whom Sluice gave entries to before. */
  touches(group: Bytes): Touches
}

/**
 * Gives the name of a stream that lives on to the new key that was made of it, with all that came since: one script brings
 * the new key up to date and renames both. What is too much for one call is caught up with by commands before, a bounded
 * number of times. Where more is pending than a script may look at, it proves by the figures that nothing moved since then;
 * where there are no scripts, reading them just before does, which leaves an instant open.
 */
export async function* liveSwap(
  context: RestoreContext,
  order: SwapOrder,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const quiet = withoutCounts(context)
  let { targetLastId } = order
  let seenLastId = order.snapshot.stream.lastGeneratedId
  await requireStillOurs(context, order)
  const scripts = context.server.capabilities.eval.available
  const { createConsumer, xcfgset } = context.server.capabilities
  const can = { createConsumer: createConsumer.available, xcfgset: xcfgset.available }
  let isLarge = !scripts
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const left = MOST_ATTEMPTS - 1 - attempt
    let outcome = 'behind' as CatchUpOutcome
    let gone = 0
    const seen = !isLarge
      ? null
      : await (scripts ? standingOf(context.writer, order.key) : readStanding(context.reader, order.key))
    if (seen !== null)
      ({ targetLastId, seenLastId } = yield* caughtUp(quiet, order, { targetLastId, seenLastId }, signal))
    if (signal.aborted) return
    const names = { ...order, targetLastId, seenLastId, keepTtl: true, can }
    const send = async (): Promise<CatchUpOutcome> => {
      if (seen === null) ({ outcome, gone } = await catchUpAndSwap(context.writer, names))
      else if (scripts) outcome = await swapIfStanding(context.writer, names, seen)
      else outcome = await swapUnproven(context, names, seen)
      return outcome
    }
    try {
      const swapping = () => sendSwap(context, order, send, signal)
      const { result: step, until } = await withServerTime(context.writer, swapping)
      await noteRevived(context, order, until, order.touches)
      yield { ...step, counts: { ...step.counts, gone: step.counts.gone + gone } }
      return
    } catch (error) {
      if ((outcome !== 'behind' && outcome !== 'large') || left === 0 || !isAppError(error, 'BAD_INPUT')) throw error
    }
    isLarge ||= outcome === 'large'
    if (!isLarge) ({ targetLastId, seenLastId } = yield* caughtUp(quiet, order, { targetLastId, seenLastId }, signal))
    if (signal.aborted) return
  }
}

/** Its entries are those that the plan compared, unless they are gone by now. */
async function requireStillOurs({ reader }: RestoreContext, order: SwapOrder): Promise<void> {
  try {
    await requireSame(reader, order.key, order.snapshot, order.planId)
  } catch (error) {
    throw isAppError(error, 'NOT_FOUND') ? swapRefusal('no-key', order) : error
  }
}

/** The last id of the new key, and up to which one of the stream's it has what the stream has. */
interface Reached {
  readonly targetLastId: EntryId
  readonly seenLastId: EntryId
}

/** By commands. Throws BAD_INPUT where others added to the new key. */
async function* caughtUp(
  context: RestoreContext,
  order: SwapOrder,
  { targetLastId, seenLastId }: Reached,
  signal: AbortSignal,
): AsyncGenerator<JobStep, Reached> {
  try {
    const { lastGeneratedId } = await streamInfo(context.reader, order.target)
    if (lastGeneratedId !== targetLastId) throw swapRefusal('added-to', order)
    for await (const { failures = [] } of catchUp(context, order.target, signal)) {
      yield { done: 0, counts: noCounts, failures }
      if (signal.aborted) break
    }
    if (!signal.aborted) await endGroups(context, order, signal)
    const made = (await streamInfo(context.reader, order.target)).lastGeneratedId
    const live = (await streamInfo(context.reader, order.key)).lastGeneratedId
    return {
      targetLastId: compareIds(made, targetLastId) > 0 ? made : targetLastId,
      seenLastId: compareIds(live, made) >= 0 ? made : seenLastId,
    }
  } catch (error) {
    if (!isAppError(error, 'NOT_FOUND')) throw error
    const isKey = error.data.name === undefined || nameKey(error.data.name) === nameKey(order.key)
    throw swapRefusal(isKey ? 'no-key' : 'no-target', order)
  }
}

/** Of those that the plan saw in the stream, which are gone from it since. */
async function endGroups(context: RestoreContext, { key, target, seenGroups }: SwapOrder, signal: AbortSignal) {
  const named = async (stream: Buffer) =>
    new Set((await groupInfos(context.reader, stream)).map(({ name }) => nameKey(name)))
  const [live, made] = [await named(key), await named(target)]
  for (const name of seenGroups) {
    if (live.has(nameKey(name)) || !made.has(nameKey(name))) continue
    await ackAll(context, target, name, signal)
    if (signal.aborted) return
    await onOurs(context, signal, () => destroyGroup(context.writer, target, name))
  }
}

/** To destroy a group with a million pending entries takes Redis seconds. */
async function ackAll(context: RestoreContext, key: Buffer, group: Buffer, signal: AbortSignal): Promise<void> {
  const read = () => observeRange(context.reader, key, group, { from: '-', to: '+', count: MAX_IDS })
  for (let { rows } = await read(); rows.length > 0 && !signal.aborted; { rows } = await read()) {
    const ids = rows.map(({ id }) => id)
    await onOurs(context, signal, () => ack(context.writer, key, group, ids))
  }
}

/** What is copied to the new key is no swap: neither the job nor the journal counts it. */
function withoutCounts(context: RestoreContext): RestoreContext {
  const { record, lostReply } = context
  return {
    ...context,
    record: { ...record, outcome: () => Promise.resolve() },
    lostReply: uncounted(lostReply),
  }
}

async function readStanding(reader: Reader, key: Buffer): Promise<string> {
  const { lastGeneratedId, length, entriesAdded } = await streamInfo(reader, key)
  const told: unknown[] = [lastGeneratedId, length, String(entriesAdded)]
  for (const { name, lastDeliveredId, entriesRead, consumers } of await groupInfos(reader, key)) {
    const held = await pendingSummary(reader, key, name)
    told.push(nameKey(name), lastDeliveredId, String(entriesRead), consumers, held.smallestId, held.greatestId)
    told.push(...held.consumers.map((each) => `${nameKey(each.name)} ${each.pending}`))
  }
  return told.join('\n')
}

async function swapUnproven(context: RestoreContext, order: StreamNames, seen: string): Promise<CatchUpOutcome> {
  try {
    if ((await readStanding(context.reader, order.key)) !== seen) return 'behind'
  } catch (error) {
    if (!isAppError(error, 'NOT_FOUND')) throw error
  }
  return swapByTransaction(context, order, true)
}
