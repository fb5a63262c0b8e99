import type { EntryId } from '../../../shared/entry-id'
import type { PriorEntry } from '../../../shared/model/journal'
import { toBuffer } from '../../redis/bytes'
import { claimJustId, type ClaimOptions } from '../../redis/xclaim'
import type { JournalBatch } from '../journal/journal'
import { noCounts } from '../job-counts'
import type { JobStep } from '../jobs'
import { idsOf, runBatch } from './batch'
import { BATCH, observeIds, type ObservedRow, type Observation } from './observe'
import { goneIds } from './presence'
import type { BatchOutcome, RunContext } from './run-context'

/** An entry to give back: as it is now, and as it was. */
interface Return {
  readonly row: ObservedRow
  readonly prior: PriorEntry
}

interface Returnable {
  readonly returns: readonly Return[]
  readonly leftAlone: number
  readonly gone: number
  readonly observation: Observation
}

/**
 * Gives the entries of a claim back to who held them, with the delivery count they had. What moved since (delivered
 * again, claimed by someone else, acked) is left alone: never FORCE here, which would bring acked entries back.
 */
export function undoClaim(
  context: RunContext,
  batches: AsyncIterable<JournalBatch>,
  to: Buffer,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const find = async (priors: readonly PriorEntry[], until: number | null): Promise<Returnable> => {
    const observation = await observeIds(context.reader, context.key, context.group, idsOf(priors), to)
    const rows = new Map(observation.rows.map((row) => [row.id, row]))
    const unmoved = priors.flatMap((prior): readonly Return[] => {
      const row = rows.get(prior.id)
      const same = row?.deliveries === prior.deliveries && (until === null || row.deliveredAt <= until)
      return row && same ? [{ row, prior }] : []
    })
    return withoutGone(context, unmoved, priors.length, observation)
  }
  return giveBack(context, batches, find, (members) => ({ minIdleMs: leastIdle(members) }), signal)
}

/**
 * Makes acked entries pending again, for who held them and with the delivery count they had: XCLAIM FORCE creates the
 * pending entry anew. What is pending (for whomever) or gone from the stream is left alone.
 */
export function undoAck(
  context: RunContext,
  batches: AsyncIterable<JournalBatch>,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const find = async (priors: readonly PriorEntry[]): Promise<Returnable> => {
    const observation = await observeIds(context.reader, context.key, context.group, idsOf(priors))
    const pending = new Set(idsOf(observation.rows))
    const acked = priors.filter(({ id }) => !pending.has(id))
    const returns = acked.map((prior) => ({
      prior,
      row: { ...prior, consumer: toBuffer(prior.consumer), idleMs: 0 },
    }))
    return withoutGone(context, returns, priors.length, observation)
  }
  return giveBack(context, batches, find, () => ({ minIdleMs: NEVER_IDLE_SO_LONG_MS, force: true }), signal)
}

/** FORCE asks for the min idle only of what is already pending: nothing that came back by itself is taken. */
const NEVER_IDLE_SO_LONG_MS = 100 * 365 * 86_400_000

async function withoutGone(
  { reader, key }: RunContext,
  returns: readonly Return[],
  asked: number,
  observation: Observation,
): Promise<Returnable> {
  const gone = await goneIds(
    reader,
    key,
    returns.map(({ prior }) => prior.id),
  )
  const kept = returns.filter(({ prior }) => !gone.has(prior.id))
  return { returns: kept, gone: gone.size, leftAlone: asked - returns.length, observation }
}

async function* giveBack(
  context: RunContext,
  batches: AsyncIterable<JournalBatch>,
  find: (priors: readonly PriorEntry[], until: number | null) => Promise<Returnable>,
  options: (members: readonly Return[]) => ClaimOptions,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  let number = 0
  for await (const { changed, until } of batches) {
    for (let at = 0; at < changed.length; at += BATCH) {
      const { returns, gone, leftAlone, observation } = await find(changed.slice(at, at + BATCH), until)
      if (gone + leftAlone > 0) yield { done: gone + leftAlone, counts: { ...noCounts, gone, leftAlone } }
      if (returns.length === 0) continue
      const rows = returns.map(({ row }) => row)
      const send = (): Promise<BatchOutcome> => sendBack(context, returns, options)
      const readBack = (): Promise<BatchOutcome> => readReturned(context, returns)
      yield await runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
    }
  }
}

async function sendBack(
  { writer, key, group }: RunContext,
  returns: readonly Return[],
  options: (members: readonly Return[]) => ClaimOptions,
): Promise<BatchOutcome> {
  const given = new Set<EntryId>()
  for (const members of byOwnerAndCount(returns)) {
    const { consumer, deliveries } = members[0].prior
    const ids = members.map(({ prior }) => prior.id)
    const all = { ...options(members), retryCount: deliveries }
    for (const id of await claimJustId(writer, key, group, toBuffer(consumer), ids, all)) given.add(id)
  }
  const except = returns.map(({ prior }) => prior.id).filter((id) => !given.has(id))
  return { counts: { ...noCounts, changed: given.size, leftAlone: except.length }, except }
}

async function readReturned({ reader, key, group }: RunContext, returns: readonly Return[]): Promise<BatchOutcome> {
  const now = await observeIds(
    reader,
    key,
    group,
    returns.map(({ prior }) => prior.id),
  )
  const current = new Map(now.rows.map((row) => [row.id, row]))
  const back = returns.filter(({ prior }) => current.get(prior.id)?.consumer.equals(toBuffer(prior.consumer)))
  const returned = new Set(back.map(({ prior }) => prior.id))
  const except = returns.map(({ prior }) => prior.id).filter((id) => !returned.has(id))
  return { counts: { ...noCounts, changed: back.length, unknown: except.length }, except }
}

/** The options of an XCLAIM hold for all of its ids, so a command serves one owner and one delivery count. */
function byOwnerAndCount(returns: readonly Return[]): readonly (readonly [Return, ...Return[]])[] {
  const groups = new Map<string, [Return, ...Return[]]>()
  for (const each of returns) {
    const name = `${each.prior.deliveries} ${JSON.stringify(each.prior.consumer)}`
    const members = groups.get(name)
    if (members) members.push(each)
    else groups.set(name, [each])
  }
  return [...groups.values()]
}

function leastIdle(members: readonly Return[]): number {
  return members.reduce((least, { row }) => Math.min(least, row.idleMs), Infinity)
}
