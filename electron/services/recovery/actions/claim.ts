import { sameBytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import type { RecoveryAction, RecoveryPlan } from '../../../../shared/model/plan'
import { fromBuffer, nameKey, toBuffer } from '../../../redis/bytes'
import { claimJustId } from '../../../redis/xclaim'
import { pendingSummary } from '../../../redis/xpending'
import { noCounts } from '../../lib/job-counts'
import type { JobStep } from '../../jobs/job-step'
import type { ActionKind } from '../action'
import { idsOf, runBatch } from '../../jobs/run-batch'
import { claimable } from '../claimable'
import { claimSendings, deliveriesAfter, type ClaimHow } from '../claim-sendings'
import { claimLines } from '../command-lines'
import { claimGivenBackFrom } from '../give-back'
import { claimCeiling } from '../loss-ceiling'
import { requireKeptIdle } from '../kept-idle'
import { whyNotClaimed } from '../not-claimed'
import { ageOf, BATCH, observeIds, type ObservedRow, type Observation } from '../../inspection/observe-pending'
import type { BatchOutcome, RunContext } from '../../jobs/run-context'
import { notCarriedOut } from '../../jobs/not-carried-out'
import { sendAll, type Sent } from '../../jobs/send-commands'
import { healthOf, mayWait } from '../signs-of-life'
import { chooseTarget } from '../target'
import { whoWorksOnThem } from '../worked-on'
import { message } from '../../../../shared/words/messages'

type Claim = Extract<RecoveryAction, { kind: 'claim' }>

/** Of every XCLAIM that asks for the idle time that was seen. */
export const guardedByIdleTime: RecoveryPlan['guard'] = {
  atomic: true,
  note: message('guard.claim'),
}

/**
 * XCLAIM … JUSTID, batch by batch, each with the min idle that was observed: an entry that moved between reading and
 * claiming has a smaller one, and Redis leaves it alone. Entries gone from the stream are left out unless asked for.
 */
export const claim: ActionKind<Claim> = {
  needs: () => ['xclaim'],
  guard: () => guardedByIdleTime,
  resolveTargets(action, from, facts) {
    const { server, consumers } = facts
    const pending = consumers.reduce((sum, each) => sum + each.pending, 0)
    if (action.idle === 'kept') requireKeptIdle(server, pending)
    if (action.to !== null) return action
    return { ...action, to: chooseTarget(consumers, from, facts.stalledAfterMs, facts) }
  },
  summary: ({ to, idle, deliveries = 'kept' }) =>
    message('recovery.claim', {
      to,
      idleKept: idle === 'kept',
      deliveries: typeof deliveries === 'object' ? deliveries.set : deliveries,
    }),
  recipient: ({ to }) => to,
  isAlreadySo: ({ to }, { consumer }) => to !== null && toBuffer(to).equals(consumer),
  deletes: () => false,
  copiesTo: () => null,
  arriving({ to }, moving) {
    const all = [...moving.values()].reduce((sum, each) => sum + each, 0)
    return to === null ? new Map() : new Map([[nameKey(to), all]])
  },
  warnings({ to }, facts) {
    const target = to === null ? undefined : facts.consumers.find(({ name }) => sameBytes(fromBuffer(name), to))
    if (!target) return ['new-consumer']
    if (healthOf(target, facts) === 'active') return []
    return [mayWait(facts) ? 'target-may-wait' : 'target-stalled']
  },
  notes: ({ to, idle }, facts) => [
    ...(to === null ? [] : [whoWorksOnThem([to], facts)]),
    ...(idle === 'kept' ? [] : [message('recovery.idle-anew')]),
  ],
  undo: () => ({ possible: true, note: message('undo.claim') }),
  commands: ({ to, ...how }, { key, group }, batches) =>
    to === null ? [] : batches.flatMap((rows) => claimLines(key, group, to, rows, how)),
  async *run(context, action, plan, batches, signal) {
    const to = toBuffer(action.to ?? '')
    const ceiling = await claimCeiling(context, plan, action.includeGone)
    let number = 0
    for await (const { observation, untouched, moved } of batches) {
      const isTarget = (consumer: Buffer): boolean => consumer.equals(to)
      const { rows, there, gone } = await claimable(context, untouched, isTarget, action.includeGone)
      const left = { ...noCounts, leftAlone: moved + there, gone }
      if (left.leftAlone + left.gone > 0) yield { done: left.leftAlone + left.gone, counts: left }
      for (let at = 0; at < rows.length;) {
        const part = rows.slice(at, at + (await mostAtOnce(context, action)))
        const lost = await ceiling.before(idsOf(part))
        yield* claimBatch(context, { number: number++, observation, rows: part, to, how: action }, signal)
        ceiling.after(lost)
        if (signal.aborted) return
        at += part.length
      }
    }
  },
  giveBack: (how) => claimGivenBackFrom((before) => deliveriesAfter(how, before)),
}

/** How many entries may be in flight. Looked at anew for each batch, since more may be pending by then. */
async function mostAtOnce({ reader, key, group, server }: RunContext, { idle }: ClaimHow): Promise<number> {
  if (idle !== 'kept') return BATCH
  const { total } = await pendingSummary(reader, key, group)
  return requireKeptIdle(server, total)
}

export interface ClaimBatch {
  readonly number: number
  readonly observation: Observation
  /** At most 500. */
  readonly rows: readonly ObservedRow[]
  readonly to: Buffer
  /** Not given: the idle time starts anew, and the delivery count is kept. */
  readonly how?: ClaimHow
}

/** One batch, all to one consumer. */
export function claimBatch(context: RunContext, batch: ClaimBatch, signal: AbortSignal): AsyncGenerator<JobStep, void> {
  const { number, observation, rows, to } = batch
  const send = () => sendClaims(context, batch)
  const readBack = (lost: readonly EntryId[]) => readClaimBack(context, batch, lost)
  return runBatch(context, { number, observation, rows, to: fromBuffer(to), send, readBack }, signal)
}

/** Sends the claims of a batch, all in one go. */
export function sendClaims(context: RunContext, { rows, to, observation, how = {} }: ClaimBatch): Promise<Sent> {
  const { writer, key, group } = context
  const sendings = claimSendings(rows, how).map(({ rows: members, options }) => {
    const ids = idsOf(members)
    const send = () => {
      const minIdleMs = options.minIdleMs + ageOf(observation)
      return claimJustId(writer, key, group, to, ids, { ...options, minIdleMs })
    }
    return { ids, send }
  })
  return sendAll(writer, sendings, (ids) => whyNotClaimed(context, ids))
}

/**
 * What is the target's now, with the delivery count that the claim gives it, was claimed: it was someone else's just before. What is
 * neither the target's nor its former holder's may have been claimed, and have moved on since. Nothing of the kind, where
 * another entry of the command tells that it never arrived: then others moved it.
 */
async function readClaimBack(
  { reader, key, group }: RunContext,
  { to, rows, observation, how = {} }: ClaimBatch,
  lost: readonly EntryId[],
): Promise<BatchOutcome> {
  const now = await observeIds(reader, key, group, lost)
  const before = new Map(rows.map((row) => [row.id, row]))
  const isClaimed = ({ id, consumer, deliveries }: ObservedRow): boolean => {
    const row = before.get(id)
    return row !== undefined && consumer.equals(to) && deliveries === deliveriesAfter(how, row.deliveries)
  }
  const isLeft = ({ id, consumer }: ObservedRow): boolean => before.get(id)?.consumer.equals(consumer) ?? false
  const untouched = new Set(idsOf(now.rows.filter((row) => isLeft(row) && row.deliveredBy < observation.at)))
  const wanted = new Set(lost)
  const commands = claimSendings(rows, how).map(({ rows: members }) => idsOf(members).filter((id) => wanted.has(id)))
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
