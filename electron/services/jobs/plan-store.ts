import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import { nameKey } from '../../redis/bytes'
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
  /** Throws STALE_PLAN when it is unknown, too old, run already, or for another connection, stream or group. */
  look(id: string, subject: Partial<PlanSubject>): T
  /** It can't be had again. */
  drop(id: string): void
}

export function createPlanStore<T extends Prepared>(now: () => number = Date.now): PlanStore<T> {
  const plans = new Map<string, { readonly prepared: T; readonly at: number }>()
  return {
    keep(prepared) {
      plans.set(prepared.plan.id, { prepared, at: now() })
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
      const problem = whyNotFor(kept.prepared.plan, subject)
      if (problem === null) return kept.prepared
      throw new AppError('STALE_PLAN', { planId, problem })
    },
    drop: (id) => void plans.delete(id),
  }
}

function whyNotFor(plan: PlanSubject, { connectionId, key, group }: Partial<PlanSubject>): Message | null {
  const isOther = (mine: Bytes, wanted: Bytes | null | undefined): boolean =>
    wanted !== undefined && wanted !== null && nameKey(mine) !== nameKey(wanted)
  if (connectionId !== undefined && plan.connectionId !== connectionId) return message('plan.other-connection')
  if (isOther(plan.key, key)) return message('plan.other-stream')
  return isOther(plan.group ?? '', group) ? message('plan.other-group') : null
}
