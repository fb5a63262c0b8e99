import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import { nameKey } from '../../redis/bytes'
import type { ServerStamp } from '../connections/connections'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

const KEEP_MS = 10 * 60_000
const KEEP = 200

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

/** Plans by id, for ten minutes. A plan is run once: running it twice would not be what was shown. */
export interface PlanStore<T extends Prepared> {
  /** Gives the plan as it is shown. */
  keep(prepared: T): T['plan']
  /** Throws STALE_PLAN when it is unknown, too old, run already, or for another connection, server, stream or group. */
  look(id: string, subject: Partial<PlanSubject>): T
  /** It can't be had again. */
  drop(id: string): void
}

/** A plan belongs to the server that was read for it: `stampOf` tells which one is met now. */
export function createPlanStore<T extends Prepared>(
  stampOf: (connectionId: string, key: Bytes) => ServerStamp,
  now: () => number = Date.now,
): PlanStore<T> {
  const plans = new Map<string, { readonly prepared: T; readonly at: number; readonly stamp: ServerStamp }>()
  return {
    keep(prepared) {
      const { id, connectionId, key } = prepared.plan
      plans.set(id, { prepared, at: now(), stamp: stampOf(connectionId, key) })
      const [oldest] = plans.keys()
      if (plans.size > KEEP && oldest !== undefined) plans.delete(oldest)
      return prepared.plan
    },
    look(planId, subject) {
      const kept = plans.get(planId)
      if (!kept || now() - kept.at > KEEP_MS) {
        plans.delete(planId)
        throw new AppError('STALE_PLAN', { planId, problem: message('plan.too-old') })
      }
      const { plan } = kept.prepared
      const problem = whyNotFor(plan, subject) ?? whyNotHere(kept.stamp, stampOf(plan.connectionId, plan.key))
      if (problem === null) return kept.prepared
      throw new AppError('STALE_PLAN', { planId, problem })
    },
    drop: (id) => void plans.delete(id),
  }
}

/** One connection, or one process: else nothing proves that what was read is there. */
function whyNotHere(then: ServerStamp, now: ServerStamp): Message | null {
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
