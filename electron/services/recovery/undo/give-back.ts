import type { Count } from '../../../../shared/count'
import type { EntryId } from '../../../../shared/entry-id'
import type { UndoWhich } from '../../../../shared/model/undo-plan'
import type { PriorEntry } from '../../../../shared/model/journal'
import { toBuffer } from '../../../redis/bytes'
import { noCounts } from '../../../../shared/judgement/job-counts'
import type { JobStep } from '../../jobs/job-step'
import type { Need } from '../../jobs/needs'
import { idsOf, runBatch } from '../../jobs/run-batch'
import { mayScript } from '../acks/ack-sendings'
import { FRESH_MS } from '../claims/claim-parts'
import { claimCommands, forcedClaims, type ClaimPart } from '../claims/claim-as-seen'
import type { ClaimHow } from '../claims/claim-sendings'
import { keptAtOnce, keptCheaplyAtOnce } from '../claims/kept-idle'
import { whyNotClaimed, whyNotMadePending } from '../claims/not-claimed'
import {
  BATCH,
  isUnmovedSince,
  observeClearly,
  observeEach,
  observeIds,
  type ObservedRow,
  type Observation,
} from '../../inspection/observe-pending'
import { countHeld, createHeldSum } from './held-since'
import { leftAsIs } from './given-back'
import type { GiveBack, PastBatch, PastSource, Returnable, SentBack } from './given-back-kind'
import { goneIds } from '../../inspection/entry-presence'
import type { BatchOutcome, RunContext } from '../../jobs/run-context'
import type { GroupSource } from '../../../redis/source'
import { prefetch } from '../selection/prefetch'
import { readReturnsBack } from './read-returns-back'
import { byOwnerAndCount, byOwnerCountAndTime, type Members, type Return } from './returns'
import { sendAll, type Sending } from '../../jobs/send-commands'

/**
 * Gives the entries of a claim back to who held them, with the delivery count they had. What moved since (delivered
 * again, claimed by someone else, acked) is left alone: never FORCE here, which would bring acked entries back. What a later
 * action took, and its undo gave back, did not move.
 */
export const claimGivenBack: GiveBack = claimGivenBackFrom((before) => before)

/**
 * The same where a claim changed the delivery count: `deliveriesAfter` says to what. Where it kept the idle time, that stays
 * what it was, as far as the server is not held up by that.
 */
export function claimGivenBackFrom(
  deliveriesAfter: (before: Count) => Count,
  { idle }: Pick<ClaimHow, 'idle'> = {},
): GiveBack {
  return {
    needs: needsClaim,
    async find(context, { to, changed, until, givenBack, unsure, at }) {
      const { reader, key, group } = context
      const holder = to === null ? undefined : toBuffer(to)
      // Where no outcome was written nothing tells by when; then owner and delivery count have to do.
      const moment = until ?? Infinity
      const momentOf = leftBy(changed, (prior) => {
        if (to === null || givenBack === undefined) return moment
        return leftAsIs({ to, deliveries: deliveriesAfter(prior.deliveries), by: moment }, givenBack(prior.id))
      })
      const observation = await observeClearly(
        momentOf,
        () => observeIds(reader, key, group, idsOf(changed), holder),
        (ids) => observeEach(context, ids),
      )
      const rows = new Map(observation.rows.map((row) => [row.id, row]))
      const unmoved = changed.flatMap((prior): readonly Return[] => {
        const row = rows.get(prior.id)
        if (row?.deliveries !== deliveriesAfter(prior.deliveries) || !isUnmovedSince(momentOf(row), row)) return []
        // Who took it in the midst of the reading may have kept its time.
        if (holder !== undefined && !row.consumer.equals(holder)) return []
        const isOurs = !unsure.has(prior.id) || (idle === 'kept' ? isAsIdle(row, prior) : isAtOnce(row, at))
        return [{ row, prior, unsure: !isOurs }]
      })
      return withoutGone(context, unmoved, changed, observation, false)
    },
    ...(idle === 'kept' ? { atOnce: keptCheaplyAtOnce } : {}),
    looksItself: ({ server }) => mayScript(server),
    async send(context, found) {
      const keeps = idle === 'kept' && found.returns.length <= (await keptAtOnce(context))
      const parts = (keeps ? byOwnerCountAndTime : byOwnerAndCount)(found.returns).map((members) =>
        toOwner(members, { minIdleMs: leastIdle(members), ...(keeps ? { timeMs: timeOf(members) } : {}) }),
      )
      const commands = claimCommands(context, rowsOf(found.returns), parts, found.observation)
      return sendBack(context, commands, whyNotClaimed)
    },
  }
}

/** Times of delivery are told by idle times, which are read a moment later. */
const SAME_TIME_MS = 1_000

/** What was to be done then and is told by nobody was done at once, if at all: later its target got the entry by itself. */
const AT_ONCE_MS = 2_000

function isAtOnce({ deliveredAt }: ObservedRow, at: number): boolean {
  return deliveredAt >= at - SAME_TIME_MS && deliveredAt <= at + AT_ONCE_MS
}

/** Likewise where it was to stay as idle as it was. */
function isAsIdle({ deliveredAt }: ObservedRow, prior: PriorEntry): boolean {
  return Math.abs(deliveredAt - prior.deliveredAt) <= SAME_TIME_MS
}

/** Of what was last delivered in the same millisecond. */
function timeOf([{ row }]: Members): number {
  return row.deliveredAt
}

/** By when each entry was last as the action left it. */
function leftBy(
  changed: readonly PriorEntry[],
  momentOf: (prior: PriorEntry) => number,
): (entry: { readonly id: EntryId }) => number {
  const moments = new Map(changed.map((prior) => [prior.id, momentOf(prior)]))
  return ({ id }) => moments.get(id) ?? -Infinity
}

/**
 * Makes acked entries pending again, for who held them and with the delivery count they had: XCLAIM FORCE creates the
 * pending entry anew. What is pending (for whomever) or gone from the stream is left alone.
 */
export const ackGivenBack: GiveBack = {
  forces: true,
  needs: needsClaim,
  async find(context, part) {
    const { reader, key, group } = context
    return notPending(context, part, await observeIds(reader, key, group, idsOf(part.changed)))
  },
  send(context, { returns, observation }) {
    const minIdleMs = NEVER_IDLE_SO_LONG_MS
    const parts = byOwnerAndCount(returns).map((members) => toOwner(members, { minIdleMs }))
    return sendBack(context, forcedClaims(context, parts, observation), whyNotMadePending)
  },
}

/** The same for a group that is not there, and so has nothing pending: to say what comes back once it is made again. */
export const ackGivenBackToNobody: GiveBack = {
  ...ackGivenBack,
  find: (context, part) => notPending(context, part, { rows: [], at: 0, clock: 0, tookMs: 0 }),
}

function notPending(context: PastSource, { changed, unsure }: PastBatch, observation: Observation) {
  const pending = new Set(idsOf(observation.rows))
  const acked = changed.filter(({ id }) => !pending.has(id))
  const returns = acked.map((prior) => ({ prior, row: formerRow(prior), unsure: unsure.has(prior.id) }))
  const { xdelex, xackdel } = context.server?.capabilities ?? {}
  // A server that has these has XTRIM … ACKED as well.
  const trimsAcked = xdelex?.available === true || xackdel?.available === true
  return withoutGone(context, returns, changed, observation, trimsAcked)
}

function needsClaim({ key }: Pick<GroupSource, 'key'>): readonly Need[] {
  return [{ name: 'xclaim', key }]
}

/** FORCE asks for the min idle only of what is already pending: nothing that came back by itself is taken. */
export const NEVER_IDLE_SO_LONG_MS = 100 * 365 * 86_400_000

/** The pending entry as it was before it was acked. */
function formerRow({ consumer, deliveredAt, ...prior }: PriorEntry): ObservedRow {
  return { ...prior, consumer: toBuffer(consumer), idleMs: 0, deliveredAt, deliveredBy: deliveredAt }
}

async function withoutGone(
  { reader, key }: GroupSource,
  returns: readonly Return[],
  asked: readonly PriorEntry[],
  observation: Observation,
  trimsAcked: boolean,
): Promise<Returnable> {
  const ids = idsOf(returns.map(({ prior }) => prior))
  const gone = await goneIds(reader, key, ids, { trimsAcked })
  const kept = returns.filter(({ prior }) => !gone.has(prior.id))
  const found = new Set(returns.map(({ prior }) => prior.id))
  return { returns: kept, gone: gone.size, left: idsOf(asked).filter((id) => !found.has(id)), observation }
}

/** What an undo takes: what was certainly done from here, or what may have been, and these by themselves. */
export function chosen(found: Returnable, which: UndoWhich): { readonly found: Returnable; readonly others: number } {
  const returns = found.returns.filter(({ unsure }) => unsure === (which === 'possible'))
  return { found: { ...found, returns }, others: found.returns.length - returns.length }
}

/** The batches of a record in parts that one command may carry, or of so many entries. */
export async function* partsOf(
  batches: AsyncIterable<PastBatch>,
  atOnce: () => Promise<number> = () => Promise.resolve(BATCH),
): AsyncGenerator<PastBatch, void> {
  for await (const batch of batches) {
    for (let at = 0; at < batch.changed.length;) {
      const changed = batch.changed.slice(at, at + (await atOnce()))
      yield { ...batch, changed }
      at += changed.length
    }
  }
}

/** Gives back what a record's batches changed, part by part, each one a batch of its own in the journal. What was found long ago is looked for again. */
export async function* giveBack(
  context: RunContext,
  how: GiveBack,
  batches: AsyncIterable<PastBatch>,
  signal: AbortSignal,
  which: UndoWhich = 'certain',
): AsyncGenerator<JobStep, void> {
  let number = 0
  let open = 0
  const held = createHeldSum()
  const find = async (part: PastBatch) => {
    const at = performance.now()
    return { part, at, ...chosen(await how.find(context, part), which) }
  }
  async function* finds() {
    for await (const part of partsOf(batches, () => how.atOnce?.(context) ?? Promise.resolve(BATCH)))
      yield await find(part)
  }
  for await (const early of how.looksItself?.(context) === true ? prefetch(finds()) : finds()) {
    const { part, found, others } = performance.now() - early.at < FRESH_MS ? early : await find(early.part)
    const { returns, gone, left, observation } = found
    open += others
    if (left.length > 0) held.add(await countHeld(context, left, part.heldBy))
    const leftAlone = left.length + others
    const done = leftAlone + gone
    if (done > 0) yield { done, counts: { ...noCounts, gone, leftAlone }, left: { held: held.now(), open } }
    if (returns.length === 0) continue
    const rows = rowsOf(returns)
    let commands: SentBack['commands']
    const send = async () => {
      const sent = await how.send(context, found, part)
      commands = sent.commands
      return sent
    }
    const readBack = async (lost: readonly EntryId[]): Promise<BatchOutcome> => {
      if (how.readBack) return how.readBack(context, found, lost)
      const { back, ...outcome } = await readReturnsBack(context, { ...found, commands }, lost)
      const failures = (await how.afterLost?.(context, back, part)) ?? []
      return { ...outcome, failures }
    }
    yield* runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
  }
}

function rowsOf(returns: readonly Return[]): readonly ObservedRow[] {
  return returns.map(({ row }) => row)
}

function toOwner(members: Members, options: ClaimPart['options']): ClaimPart {
  const { consumer, deliveries } = members[0].prior
  return { rows: rowsOf(members), to: toBuffer(consumer), options: { ...options, retryCount: deliveries } }
}

async function sendBack(
  context: RunContext,
  commands: readonly Sending[],
  whyNot: typeof whyNotClaimed,
): Promise<SentBack> {
  const sent = await sendAll(context.writer, commands, (ids) => whyNot(context, ids))
  // What came back is certain, also where nobody tells why the rest did not.
  return { ...sent, unsure: [], commands: commands.map(({ ids }) => ids) }
}

function leastIdle(members: readonly Return[]): number {
  return members.reduce((least, { row }) => Math.min(least, row.idleMs), Infinity)
}
