import { cliArgument, sameBytes } from '../../../../shared/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import { consumerHealth } from '../../../../shared/health'
import type { RecoveryAction, RecoveryPlan } from '../../../../shared/model/plan'
import { fromBuffer, toBuffer } from '../../../redis/bytes'
import { claimJustId } from '../../../redis/xclaim'
import { noCounts } from '../../job-counts'
import type { JobStep } from '../../jobs'
import type { ActionKind } from '../action'
import { idsOf, runBatch } from '../batch'
import { claimLines } from '../command-lines'
import { claimGivenBack } from '../give-back'
import { byIdleClass } from '../idle-classes'
import { whyNotClaimed } from '../not-claimed'
import { ageOf, observeIds, type ObservedRow, type Observation } from '../observe'
import { goneIds } from '../presence'
import type { BatchOutcome, RunContext } from '../run-context'
import { sendAll, type Sent } from '../send'
import { healthiest } from '../target'

type Claim = Extract<RecoveryAction, { kind: 'claim' }>

/** Of every XCLAIM that asks for the idle time that was seen. */
export const guardedByIdleTime: RecoveryPlan['guard'] = {
  atomic: true,
  note: 'Redis itself leaves alone what moved: each claim asks for the idle time that was seen.',
}

/**
 * XCLAIM … JUSTID, batch by batch, each with the min idle that was observed: an entry that moved between reading and
 * claiming has a smaller one, and Redis leaves it alone. Entries gone from the stream are left out unless asked for.
 */
export const claim: ActionKind<Claim> = {
  needs: () => ['xclaim'],
  guard: () => guardedByIdleTime,
  settle(action, from, { consumers, stalledAfterMs }) {
    if (action.to !== null) return action
    return { ...action, to: fromBuffer(healthiest(consumers, from, stalledAfterMs).name) }
  },
  summary: ({ to }) => `claim to ${to === null ? 'the healthiest' : cliArgument(to)}`,
  recipient: ({ to }) => to,
  isAlreadySo: ({ to }, { consumer }) => to !== null && toBuffer(to).equals(consumer),
  takesGone: ({ includeGone }) => includeGone,
  deletes: () => false,
  arriving({ to }, moving) {
    const all = [...moving.values()].reduce((sum, each) => sum + each, 0)
    return to === null ? new Map() : new Map([[toBuffer(to).toString('latin1'), all]])
  },
  warnings({ to }, { consumers, stalledAfterMs }) {
    const target = to === null ? undefined : consumers.find(({ name }) => sameBytes(fromBuffer(name), to))
    if (!target) return ['new-consumer']
    return consumerHealth(target, stalledAfterMs) === 'active' ? [] : ['target-stalled']
  },
  undo: () => ({ possible: true, note: 'Gives back owner and delivery count; the idle time starts anew.' }),
  commands: ({ to }, { key, group }, batches) =>
    to === null ? [] : batches.flatMap((rows) => claimLines(key, group, to, rows)),
  async *run(context, action, _plan, batches, signal) {
    const to = toBuffer(action.to ?? '')
    let number = 0
    for await (const { observation, untouched, moved } of batches) {
      const candidates = untouched.filter(({ consumer }) => !consumer.equals(to))
      const gone = await goneIds(context.reader, context.key, idsOf(candidates))
      const rows = action.includeGone ? candidates : candidates.filter(({ id }) => !gone.has(id))
      const left = { ...noCounts, leftAlone: moved + untouched.length - candidates.length, gone: 0 }
      left.gone = candidates.length - rows.length
      if (left.leftAlone + left.gone > 0) yield { done: left.leftAlone + left.gone, counts: left }
      if (rows.length > 0) yield* claimBatch(context, { number: number++, observation, rows, to }, signal)
    }
  },
  giveBack: () => claimGivenBack,
}

export interface ClaimBatch {
  readonly number: number
  readonly observation: Observation
  /** At most 500. */
  readonly rows: readonly ObservedRow[]
  readonly to: Buffer
}

/** One batch, all to one consumer. */
export function claimBatch(
  context: RunContext,
  { number, observation, rows, to }: ClaimBatch,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const send = () => sendClaims(context, to, rows, observation)
  const readBack = (lost: readonly EntryId[]) => readClaimBack(context, to, rows, lost)
  return runBatch(context, { number, observation, rows, to: fromBuffer(to), send, readBack }, signal)
}

function sendClaims(
  context: RunContext,
  to: Buffer,
  rows: readonly ObservedRow[],
  observation: Observation,
): Promise<Sent> {
  const { reader, writer, key, group } = context
  const sendings = byIdleClass(rows).map(({ minIdleMs, rows: members }) => {
    const ids = idsOf(members)
    const send = () => claimJustId(writer, key, group, to, ids, { minIdleMs: minIdleMs + ageOf(observation) })
    return { ids, send }
  })
  return sendAll(reader, sendings, (ids) => whyNotClaimed(context, ids))
}

/**
 * What is the target's now, with the delivery count it had, was claimed: it was someone else's just before. What is
 * neither the target's nor its former holder's may have been claimed, and have moved on since.
 */
async function readClaimBack(
  { reader, key, group }: RunContext,
  to: Buffer,
  rows: readonly ObservedRow[],
  lost: readonly EntryId[],
): Promise<BatchOutcome> {
  const now = await observeIds(reader, key, group, lost)
  const before = new Map(rows.map((row) => [row.id, row]))
  const isClaimed = ({ id, consumer, deliveries }: ObservedRow): boolean =>
    consumer.equals(to) && deliveries === before.get(id)?.deliveries
  const isLeft = ({ id, consumer }: ObservedRow): boolean => before.get(id)?.consumer.equals(consumer) ?? false
  const claimed = now.rows.filter(isClaimed)
  const left = now.rows.filter(isLeft)
  const unknown = lost.length - claimed.length - left.length
  return {
    counts: { ...noCounts, changed: claimed.length, leftAlone: left.length, unknown },
    except: idsOf(left),
    until: claimed.reduce((latest, { deliveredBy }) => Math.max(latest, deliveredBy), now.at),
  }
}
