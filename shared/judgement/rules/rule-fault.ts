import type { RuleFields } from '../../model/rule'

/** What is wrong with a rule as a whole, each of its fields being right by itself. */
export interface RuleFault {
  readonly field: 'untilMs' | 'mostPerDay' | 'minDeliveries'
  readonly code: 'over' | 'day-below-run' | 'deliveries-needed'
}

/** Null: nothing. An entry that was delivered once only may just be on its way: it is no dead letter. */
export function ruleFault(
  { action, minDeliveries, mostPerRun, mostPerDay, untilMs }: RuleFields,
  nowMs: number,
): RuleFault | null {
  if (action.kind === 'deadLetter' && (minDeliveries ?? 0) < 2) {
    return { field: 'minDeliveries', code: 'deliveries-needed' }
  }
  if (mostPerDay < mostPerRun) return { field: 'mostPerDay', code: 'day-below-run' }
  if (untilMs !== null && untilMs <= nowMs) return { field: 'untilMs', code: 'over' }
  return null
}
