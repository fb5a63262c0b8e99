import type { Consumer } from '../model/group'
import type { GroupSummary } from '../model/stream'

type ConsumerCounts = Pick<GroupSummary, 'active' | 'stalled' | 'stalledPending' | 'worst'>

/** The consumers of a group by health, and the stalled one that holds most; null: they could not be read. */
export function consumerCounts(consumers: readonly Consumer[] | null): ConsumerCounts {
  if (consumers === null) return { active: null, stalled: null, stalledPending: null, worst: null }
  const stalled = consumers.filter(({ health }) => health === 'stalled')
  const [worst] = stalled.toSorted((a, b) => b.pending - a.pending || b.idleMs - a.idleMs)
  return {
    active: consumers.filter(({ health }) => health === 'active').length,
    stalled: stalled.length,
    stalledPending: stalled.reduce((sum, { pending }) => sum + pending, 0),
    worst: worst ? { name: worst.name, pending: worst.pending, idleMs: worst.idleMs } : null,
  }
}
