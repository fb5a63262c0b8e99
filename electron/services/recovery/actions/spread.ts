import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { fromBuffer, keyName, nameKey, toBuffer } from '../../../redis/bytes'
import { noCounts } from '../../../../shared/judgement/job-counts'
import type { ActionKind, Holdings, PlanFacts } from '../action'
import { claimParts } from '../claims/claim-parts'
import { claimableBatches } from '../claims/claimable'
import { claimLines } from './command-lines'
import { claimGivenBackFrom } from '../undo/give-back'
import { createAllocation, allocate } from '../targets/allocate'
import { claimCeiling } from '../acks/loss-ceiling'
import { healthOf, mayWait } from '../targets/signs-of-life'
import { chooseSpreadTargets } from '../targets/spread-targets'
import { idleAfter } from '../claims/idle-after'
import { ofIdleTime, whoWorksOnThem } from '../undo/worked-on'
import { guardOfClaim, undoOfClaim } from './claim'
import { message } from '../../../../shared/words/messages'

type Spread = Extract<RecoveryAction, { kind: 'spread' }>

/**
 * Claims over several consumers, so that in the end they hold about the same. What one of them holds already stays with
 * it. By default over those that are active (`shared/judgement/spread-targets`).
 */
export const spread: ActionKind<Spread> = {
  guard: (_action, facts) => guardOfClaim(facts),
  resolveTargets(action, from, facts) {
    const to = action.to ? distinct(action.to) : chooseSpreadTargets(facts.consumers, from, facts.stalledAfterMs, facts)
    return { ...action, to: [...to], idle: idleAfter(action, facts) }
  },
  summary: ({ to, idle }) => message(idle === 'kept' ? 'recovery.spread-kept' : 'recovery.spread', { to: to ?? [] }),
  recipient: () => null,
  isAlreadySo: ({ to }, { consumer }) => (to ?? []).some((name) => toBuffer(name).equals(consumer)),
  deletes: () => false,
  copiesTo: () => null,
  arriving: ({ to }, moving, facts) => sharesOf(to ?? [], moving, facts),
  warnings({ to }, facts) {
    const known = new Map(facts.consumers.map((each) => [nameKey(each.name), each]))
    const targets = (to ?? []).map((name) => known.get(nameKey(name)))
    const health = targets.flatMap((each) => (each === undefined ? [] : healthOf(each, facts)))
    const areAllIdle = health.length > 0 && health.every((each) => each === 'idle')
    const isAnyQuiet = health.some((each) => each !== 'active')
    return [
      ...(targets.includes(undefined) ? (['new-consumer'] as const) : []),
      ...(areAllIdle
        ? (['targets-quiet'] as const)
        : isAnyQuiet
          ? ([mayWait(facts) ? 'target-may-wait' : 'target-stalled'] as const)
          : []),
    ]
  },
  notes: ({ to, idle }, facts, seen) => [whoWorksOnThem(to ?? [], facts), ofIdleTime(idle, seen)],
  undo: undoOfClaim,
  commands(how, { key, group }, batches, arriving) {
    const { allocateRows: allot } = createAllocation(arriving)
    return batches.flatMap((rows) =>
      allot(rows).flatMap((part) => claimLines(key, group, fromBuffer(keyName(part.to)), part.rows, how)),
    )
  },
  async *run(context, action, plan, batches, signal) {
    const { isTarget, allot } = allocationOf(action, plan)
    const ceiling = await claimCeiling(context, plan, action.includeGone)
    let number = 0
    const how = { isTarget, includeGone: action.includeGone, atomic: plan.guard.atomic }
    for await (const { observation, moved, rows, there, gone, lookedAt } of claimableBatches(context, batches, how)) {
      const left = { ...noCounts, leftAlone: moved + there, gone }
      if (left.leftAlone + left.gone > 0) yield { done: left.leftAlone + left.gone, counts: left }
      for (const part of allot(rows)) {
        const next = (): number => number++
        const to = keyName(part.to)
        yield* claimParts(context, { next, observation, rows: part.rows, to, how: action, ceiling, lookedAt }, signal)
        if (signal.aborted) return
      }
    }
  },
  giveBack: (how) => claimGivenBackFrom((before) => before, how),
}

/** Who is due how much by the plan that was shown. */
export function allocationOf({ to }: Spread, { consumers }: Pick<RecoveryPlan, 'consumers'>) {
  const changes = new Map(consumers.map(({ name, before, after }) => [nameKey(name), after - before]))
  const targets = new Set((to ?? []).map(nameKey))
  const { allocateRows: allot } = createAllocation(new Map([...targets].map((name) => [name, changes.get(name) ?? 0])))
  return { isTarget: (consumer: Buffer): boolean => targets.has(nameKey(consumer)), allot }
}

function distinct(names: NonNullable<Spread['to']>): NonNullable<Spread['to']> {
  return [...new Map(names.map((name) => [nameKey(name), name])).values()]
}

function sharesOf(to: NonNullable<Spread['to']>, moving: Holdings, { consumers }: PlanFacts): Holdings {
  const pending = new Map(consumers.map((each) => [nameKey(each.name), each.pending]))
  const targets = to.map(nameKey)
  const amount = [...moving.values()].reduce((sum, each) => sum + each, 0)
  const shares = allocate(
    targets.map((name) => pending.get(name) ?? 0),
    amount,
  )
  return new Map(targets.map((name, at) => [name, shares[at] ?? 0]))
}
