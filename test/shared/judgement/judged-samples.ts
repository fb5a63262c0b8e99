import { defaultThresholds } from '../../../shared/judgement/thresholds'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'

export const MINUTE = 60_000
export const thresholds = defaultThresholds

export function group(name: string, changes: Partial<GroupSummary> = {}): GroupSummary {
  return {
    name,
    consumers: 2,
    pending: 0,
    lastDeliveredId: '1000000-0',
    entriesRead: 10,
    lag: { value: 0, kind: 'exact' },
    oldestPendingId: null,
    active: 2,
    stalled: 0,
    stalledPending: 0,
    worst: null,
    ...changes,
  }
}

export function summary(
  key: string,
  groups: readonly GroupSummary[],
  changes: Partial<StreamSummary> = {},
): StreamSummary {
  return { key, length: 10, groups: [...groups], moreGroups: 0, lastId: '1000000-0', error: null, ...changes }
}

export const stalled = group('billing', {
  pending: 1_204,
  stalled: 2,
  stalledPending: 1_504,
  worst: { name: 'worker-3', pending: 1_204, idleMs: 40 * MINUTE },
  oldestPendingId: '900000-0',
})
export const lagging = group('audit', { lag: { value: 12_431, kind: 'exact' } })
export const unknownLag = group('rebuilt', { lag: { value: null, kind: 'unknown' } })
// As scenario "check-ins" leaves it: idle for long, but nothing pending.
export const resting = group('checkinConsumers', { active: 0, stalled: 0, lag: { value: 0, kind: 'exact' } })
