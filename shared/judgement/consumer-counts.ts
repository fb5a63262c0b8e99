import type { Consumer } from '../model/group'
import type { GroupSummary } from '../model/stream'

type ConsumerCounts = Pick<
  GroupSummary,
  'active' | 'most' | 'stalled' | 'stalledPending' | 'worst' | 'stuck' | 'stuckPending' | 'worstStuck'
>
type Counted = Pick<Consumer, 'name' | 'pending' | 'idleMs' | 'oldestIdleMs' | 'health'>

const UNKNOWN: ConsumerCounts = {
  ...{ active: null, most: null, stalled: null, stalledPending: null, worst: null },
  ...{ stuck: null, stuckPending: null, worstStuck: null },
}

/** The consumers of a group by health, and of those in trouble the ones that hold most; null: they could not be read. */
export function consumerCounts(consumers: readonly Counted[] | null): ConsumerCounts {
  if (consumers === null) return UNKNOWN
  const stalled = consumers.filter(({ health }) => health === 'stalled')
  const stuck = consumers.filter(({ health }) => health === 'stuck')
  const active = consumers.filter(({ health }) => health === 'active')
  const most = holdsMost(active.filter(({ pending }) => pending > 0))
  const worst = holdsMost(stalled)
  const worstStuck = holdsMost(stuck)
  return {
    active: active.length,
    most: most && {
      ...{ name: most.name, pending: most.pending, ofPending: heldBy(consumers) },
      oldestIdleMs: most.oldestIdleMs,
    },
    stalled: stalled.length,
    stalledPending: heldBy(stalled),
    worst: worst && { name: worst.name, pending: worst.pending, idleMs: worst.idleMs },
    stuck: stuck.length,
    stuckPending: heldBy(stuck),
    worstStuck: worstStuck && {
      name: worstStuck.name,
      pending: worstStuck.pending,
      idleMs: worstStuck.oldestIdleMs ?? worstStuck.idleMs,
    },
  }
}

function heldBy(consumers: readonly Counted[]): number {
  return consumers.reduce((sum, { pending }) => sum + pending, 0)
}

function holdsMost(consumers: readonly Counted[]): Counted | null {
  return consumers.toSorted((a, b) => b.pending - a.pending || b.idleMs - a.idleMs)[0] ?? null
}
