import { compareIds, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { Reader } from '../../redis/reader-writer'
import { catchUpAndSwap, standingOf, swapIfStanding, type CatchUpOutcome } from '../../redis/scripts/catch-up-and-swap'
import type { StreamNames } from '../../redis/scripts/swap-streams'
import { groupInfos, streamInfo } from '../../redis/xinfo'
import { pendingSummary } from '../../redis/xpending'
import { nameKey } from '../../redis/bytes'
import { requireSame, type Snapshot } from '../inspection/stream-snapshot'
import type { JobStep } from '../jobs/job-step'
import { noCounts } from '../lib/job-counts'
import { catchUp } from './catch-up'
import type { RestoreContext } from './context'
import { sendSwap, swapByTransaction, swapRefusal } from './swap'

/** So often it catches up before it gives up on a stream that moves on faster. */
const MOST_ATTEMPTS = 20

export interface SwapOrder extends StreamNames {
  readonly planId: string
  /** The last id of the new key as the plan found it. */
  readonly targetLastId: EntryId
  /** The stream as the plan found it. */
  readonly snapshot: Snapshot
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
  await requireStillOurs(context, order)
  const scripts = context.server.capabilities.eval.available
  const { createConsumer, xcfgset } = context.server.capabilities
  const can = { createConsumer: createConsumer.available, xcfgset: xcfgset.available }
  let isLarge = !scripts
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const left = MOST_ATTEMPTS - 1 - attempt
    let outcome = 'behind' as CatchUpOutcome
    // The outcome that makes another attempt worth while is no error.
    const told = async (send: () => Promise<CatchUpOutcome>): Promise<CatchUpOutcome> => {
      outcome = await send()
      return outcome
    }
    const seen = !isLarge
      ? null
      : await (scripts ? standingOf(context.writer, order.key) : readStanding(context.reader, order.key))
    if (seen !== null) targetLastId = yield* caughtUp(quiet, order, targetLastId, signal)
    if (signal.aborted) return
    const names = { ...order, targetLastId, keepTtl: true, can }
    const send = (): Promise<CatchUpOutcome> => {
      if (seen === null) return catchUpAndSwap(context.writer, names)
      return scripts ? swapIfStanding(context.writer, names, seen) : swapUnproven(context, names, seen)
    }
    try {
      yield await sendSwap(context, order, () => told(send), signal)
      return
    } catch (error) {
      if ((outcome !== 'behind' && outcome !== 'large') || left === 0 || !isAppError(error, 'BAD_INPUT')) throw error
    }
    isLarge ||= outcome === 'large'
    if (!isLarge) targetLastId = yield* caughtUp(quiet, order, targetLastId, signal)
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

/** By commands. Gives the last id of the new key then. Throws BAD_INPUT where others added to it. */
async function* caughtUp(
  context: RestoreContext,
  order: SwapOrder,
  targetLastId: EntryId,
  signal: AbortSignal,
): AsyncGenerator<JobStep, EntryId> {
  try {
    const { lastGeneratedId } = await streamInfo(context.reader, order.target)
    if (lastGeneratedId !== targetLastId) throw swapRefusal('added-to', order)
    for await (const { failures = [] } of catchUp(context, order.target, signal)) {
      yield { done: 0, counts: noCounts, failures }
      if (signal.aborted) break
    }
    const now = await streamInfo(context.reader, order.target)
    return compareIds(now.lastGeneratedId, targetLastId) > 0 ? now.lastGeneratedId : targetLastId
  } catch (error) {
    if (!isAppError(error, 'NOT_FOUND')) throw error
    const isKey = error.data.name === undefined || nameKey(error.data.name) === nameKey(order.key)
    throw swapRefusal(isKey ? 'no-key' : 'no-target', order)
  }
}

/** What is copied to the new key is no swap: neither the job nor the journal counts it. */
function withoutCounts(context: RestoreContext): RestoreContext {
  const { record, lostReply } = context
  return {
    ...context,
    record: { ...record, outcome: () => Promise.resolve() },
    lostReply: {
      async read(work, signal) {
        const read = await lostReply.read(work, signal)
        return read === null ? null : { ...read, done: 0, counts: noCounts }
      },
    },
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
