import { sameBytes } from '../../../../shared/bytes'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { fromBuffer, nameKey, toBuffer } from '../../../redis/bytes'
import { noCounts } from '../../../../shared/judgement/job-counts'
import { mayScript } from '../acks/ack-sendings'
import type { ActionKind, PlanFacts } from '../action'
import { claimParts } from '../claims/claim-parts'
import { claimableBatches } from '../claims/claimable'
import { deliveriesAfter } from '../claims/claim-sendings'
import { claimLines } from './command-lines'
import { claimGivenBackFrom } from '../undo/give-back'
import { claimCeiling } from '../acks/loss-ceiling'
import { idleAfter } from '../claims/idle-after'
import { healthOf, mayWait } from '../targets/signs-of-life'
import { chooseTarget } from '../targets/target'
import { ofIdleTime, whoWorksOnThem } from '../undo/worked-on'
import { message } from '../../../../shared/words/messages'

type Claim = Extract<RecoveryAction, { kind: 'claim' }>

/** Of every XCLAIM that asks for the idle time that was seen: who moves an entry as idle as it is escapes that, but for a script. */
export function guardOfClaim({ server }: Pick<PlanFacts, 'server'>): RecoveryPlan['guard'] {
  const atomic = mayScript(server)
  return { atomic, note: message(atomic ? 'guard.claim-by-script' : 'guard.claim') }
}

/**
 * XCLAIM … JUSTID, batch by batch, by a script that looks at owner and delivery count, and with the min idle that was observed: an
 * entry that moved between reading and claiming is left alone. Entries gone from the stream are left out unless asked for.
 */
export const claim: ActionKind<Claim> = {
  guard: (_action, facts) => guardOfClaim(facts),
  resolveTargets(action, from, facts) {
    const { consumers, stalledAfterMs } = facts
    const to = action.to ?? chooseTarget(consumers, from, stalledAfterMs, facts)
    return { ...action, to, idle: idleAfter(action, facts) }
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
  notes: ({ to, idle }, facts, seen) => [...(to === null ? [] : [whoWorksOnThem([to], facts)]), ofIdleTime(idle, seen)],
  undo: undoOfClaim,
  commands: ({ to, ...how }, { key, group }, batches) =>
    to === null ? [] : batches.flatMap((rows) => claimLines(key, group, to, rows, how)),
  async *run(context, action, plan, batches, signal) {
    const to = toBuffer(action.to ?? '')
    const ceiling = await claimCeiling(context, plan, action.includeGone)
    let number = 0
    const how = { isTarget: to.equals.bind(to), includeGone: action.includeGone, atomic: plan.guard.atomic }
    for await (const { observation, moved, rows, there, gone, lookedAt } of claimableBatches(context, batches, how)) {
      const left = { ...noCounts, leftAlone: moved + there, gone }
      if (left.leftAlone + left.gone > 0) yield { done: left.leftAlone + left.gone, counts: left }
      const next = (): number => number++
      yield* claimParts(context, { next, observation, rows, to, how: action, ceiling, lookedAt }, signal)
      if (signal.aborted) return
    }
  },
  giveBack: (how) => claimGivenBackFrom((before) => deliveriesAfter(how, before), how),
}

/** Of what changed the owner, and kept the idle time or not. */
export function undoOfClaim({ idle }: Pick<Claim, 'idle'>): RecoveryPlan['undo'] {
  return { possible: true, note: message(idle === 'kept' ? 'undo.claim-kept' : 'undo.claim') }
}
