import { AppError } from '../../../shared/error'

const KEEP_MS = 10 * 60_000
const KEEP = 200

/** Plans by id, for ten minutes. A plan is taken once: running it twice would not be what was shown. */
export interface PlanStore<T> {
  put(id: string, plan: T): void
  /** Throws STALE_PLAN when it is unknown, too old or taken already. */
  look(id: string): T
  /** The same, and it can't be had again. */
  take(id: string): T
}

export function createPlanStore<T>(now: () => number = Date.now): PlanStore<T> {
  const plans = new Map<string, { readonly plan: T; readonly at: number }>()
  const look = (id: string): T => {
    const kept = plans.get(id)
    if (kept && now() - kept.at <= KEEP_MS) return kept.plan
    plans.delete(id)
    throw new AppError('STALE_PLAN', { planId: id }, 'This plan is too old, or has been run already. Make it again.')
  }
  return {
    put(id, plan) {
      plans.set(id, { plan, at: now() })
      const [oldest] = plans.keys()
      if (plans.size > KEEP && oldest !== undefined) plans.delete(oldest)
    },
    look,
    take(id) {
      const plan = look(id)
      plans.delete(id)
      return plan
    },
  }
}
