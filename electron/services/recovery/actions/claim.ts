import { sameBytes } from '../../../../shared/bytes'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { fromBuffer, nameKey, toBuffer } from '../../../redis/bytes'
import { pendingSummary } from '../../../redis/xpending'
import { noCounts } from '../../lib/job-counts'
import type { ActionKind } from '../action'
import { idsOf } from '../../jobs/run-batch'
import { claimable } from '../claimable'
import { claimBatch } from '../claim-batch'
import { deliveriesAfter, type ClaimHow } from '../claim-sendings'
import { claimLines } from '../command-lines'
import { claimGivenBackFrom } from '../give-back'
import { claimCeiling } from '../loss-ceiling'
import { requireKeptIdle } from '../kept-idle'
import { BATCH } from '../../inspection/observe-pending'
import type { RunContext } from '../../jobs/run-context'
import { healthOf, mayWait } from '../signs-of-life'
import { chooseTarget } from '../target'
import { idleAnew, whoWorksOnThem } from '../worked-on'
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
  notes: ({ to, idle }, facts, seen) => [
    ...(to === null ? [] : [whoWorksOnThem([to], facts)]),
    ...(idle === 'kept' ? [] : [idleAnew(seen)]),
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
        yield* claimBatch(context, { next: () => number++, observation, rows: part, to, how: action }, signal)
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
