import type { PlanFacts } from '../action'
import type { ClaimHow } from './claim-sendings'
import { isIdleKeptCheaply, requireKeptIdle } from './kept-idle'

/** What a claim makes of the idle time. Throws UNSUPPORTED where it is to be kept, and this server would be held up. */
export function idleAfter({ idle }: Pick<ClaimHow, 'idle'>, facts: PlanFacts): 'anew' | 'kept' {
  const pending = facts.consumers.reduce((sum, each) => sum + each.pending, 0)
  if (idle === 'kept') requireKeptIdle(facts.server, pending)
  return idle ?? (isIdleKeptCheaply(facts.server, pending, facts.chosen) ? 'kept' : 'anew')
}
