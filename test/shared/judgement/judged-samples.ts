import { defaultThresholds } from '../../../shared/judgement/thresholds'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'

export const MINUTE = 60_000
export const thresholds = defaultThresholds
/** Server time of the look. */
export const AT = 1_700_000_000_000
const END = `${AT}-0`
/** Of an entry that was added so long before the look. */
export const added = (ms: number): string => `${AT - ms}-0`

export function group(name: string, changes: Partial<GroupSummary> = {}): GroupSummary {
  return {
    name,
    consumers: 2,
    pending: 0,
    lastDeliveredId: END,
    beyondEnd: null,
    entriesRead: 10,
    lag: { value: 0, kind: 'exact' },
    oldestPendingId: null,
    oldestIdleMs: null,
    mostDeliveries: 1,
    unread: { firstId: null },
    active: 2,
    stalled: 0,
    stalledPending: 0,
    worst: null,
    stuck: 0,
    stuckPending: 0,
    worstStuck: null,
    ...changes,
  }
}

export function summary(
  key: string,
  groups: readonly GroupSummary[],
  changes: Partial<StreamSummary> = {},
): StreamSummary {
  const rest = {
    length: 10,
    moreGroups: 0,
    lastId: END,
    entriesAdded: null,
    memoryBytes: null,
    atMs: AT,
    large: false,
    error: null,
  }
  return { key, groups: [...groups], ...rest, ...changes }
}

export const stalled = group('billing', {
  pending: 1_204,
  stalled: 2,
  stalledPending: 1_504,
  worst: { name: 'worker-3', pending: 1_204, idleMs: 40 * MINUTE },
  oldestPendingId: added(100_000),
  oldestIdleMs: 90_000,
})
export const lagging = group('audit', { lag: { value: 12_431, kind: 'exact' }, unread: { firstId: added(1_000) } })
export const unknownLag = group('rebuilt', { lag: { value: null, kind: 'unknown' }, unread: null })
// As scenario "check-ins" leaves it: idle for long, but nothing pending.
export const resting = group('checkinConsumers', { active: 0, stalled: 0, lag: { value: 0, kind: 'exact' } })
