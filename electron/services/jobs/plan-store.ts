import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import { nameKey } from '../../redis/bytes'
import type { ServerStamp } from '../connections/connections'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'
import type { KeptPlan, PlanShelf } from './plan-shelf'
import { planBytes } from './plan-size'

/** What a plan is for. `group` where it is for one. */
export interface PlanSubject {
  readonly connectionId: string
  readonly key: Bytes
  readonly group?: Bytes | null
}

/** A plan with what running it needs beside what was shown. */
export interface Prepared {
  readonly plan: PlanSubject & { readonly id: string }
}

/**
 * Plans by id, for ten minutes, or until newer ones need the room. A plan is run once: running it twice would not be what was
 * shown. What is being run is held by its job, not from here.
 */
export interface PlanStore<T extends Prepared> {
  /** Gives the plan as it is shown. */
  keep(prepared: T): T['plan']
  /** Throws STALE_PLAN when it is unknown, too old, gave way, run already, or for another connection, server, stream or group. */
  look(id: string, subject: Partial<PlanSubject>): T
  /** It can't be had again. */
  drop(id: string): void
}

/** A plan belongs to the server that was read for it: `stampOf` tells which one is met now. */
export function createPlanStore<T extends Prepared>(
  stampOf: (connectionId: string, key: Bytes) => ServerStamp,
  shelf: PlanShelf,
): PlanStore<T> {
  const plans = new Map<string, { readonly prepared: T; readonly stamp: ServerStamp; readonly kept: KeptPlan }>()
  const drop = (id: string): void => {
    plans.get(id)?.kept.remove()
    plans.delete(id)
  }
  return {
    keep(prepared) {
      const { id, connectionId, key } = prepared.plan
      drop(id)
      const kept = shelf.put({ bytes: planBytes(prepared), free: () => plans.delete(id) })
      plans.set(id, { prepared, stamp: stampOf(connectionId, key), kept })
      return prepared.plan
    },
    look(planId, subject) {
      const found = plans.get(planId)
      if (!found || found.kept.isTooOld()) {
        drop(planId)
        throw new AppError('STALE_PLAN', { planId, problem: message('plan.too-old') })
      }
      const { plan } = found.prepared
      const problem = whyNotFor(plan, subject) ?? whyNotHere(found.stamp, stampOf(plan.connectionId, plan.key))
      if (problem === null) return found.prepared
      throw new AppError('STALE_PLAN', { planId, problem })
    },
    drop,
  }
}

/** One connection, or one process: else nothing proves that what was read is there. Null: it is. */
export function whyNotHere(then: ServerStamp, now: ServerStamp): Message | null {
  const isSame = then.line === now.line || (then.runId !== null && then.runId === now.runId)
  return isSame ? null : message('plan.other-server')
}

function whyNotFor(plan: PlanSubject, { connectionId, key, group }: Partial<PlanSubject>): Message | null {
  const isOther = (mine: Bytes, wanted: Bytes | null | undefined): boolean =>
    wanted !== undefined && wanted !== null && nameKey(mine) !== nameKey(wanted)
  if (connectionId !== undefined && plan.connectionId !== connectionId) return message('plan.other-connection')
  if (isOther(plan.key, key)) return message('plan.other-stream')
  return isOther(plan.group ?? '', group) ? message('plan.other-group') : null
}
