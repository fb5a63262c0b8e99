import { worseError } from '../../../shared/judgement/rules/due'
import { canNeverAct, mayNotDo } from '../../../shared/judgement/rules/known-for-good'
import type { SavedConnection } from '../../../shared/model/connection'
import type { DryRun, Rule } from '../../../shared/model/rule'
import type { RuleStop } from '../../../shared/model/rule-stop'
import { errorInfo } from '../lib/error-info'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { newCursor, plansOfRule, type PlanSources } from './plans-of-rule'

/** Plans that are shown; of more, the number. */
const MOST_SHOWN = 20

/** What one run would do now, by reading: the very plans that it would run. Throws UNREACHABLE. */
export async function tryRule(
  sources: PlanSources & { connection(connectionId: string): SavedConnection },
  rule: Rule,
  nowMs: number,
): Promise<DryRun> {
  const plans: RecoveryPlan[] = []
  let [streams, groups, entries, more, taken] = [0, 0, 0, 0, 0]
  let isCapped = false
  let error: DryRun['error'] = null
  let stops: RuleStop | null = canNeverAct(rule.action, sources.connection(rule.connectionId)) ? 'for-good' : null
  const cursor = newCursor()
  const left = (): number => rule.mostPerRun - taken
  for await (const step of plansOfRule(sources, rule, { left, cursor, fresh: true })) {
    if (step.state === 'matched') {
      streams = step.matching.keys.length
      isCapped = step.matching.isCapped
      continue
    }
    groups += 1
    if (step.state === 'failed') error = worseError(error, errorInfo(step.error))
    if (step.state !== 'planned') continue
    taken += step.taken
    entries += step.plan.changes
    if (mayNotDo(step.plan, rule.action, sources.connection(rule.connectionId))) stops = 'for-good'
    if (plans.length < MOST_SHOWN) plans.push(step.plan)
    else more += 1
  }
  return {
    ...{ atMs: nowMs, streams, groups, entries, plans, more, stops },
    // A group that is left in the middle has more.
    isCapped: isCapped || left() <= 0 || cursor.after.size > 0 || cursor.from !== null,
    error,
  }
}
