import { describe, expect, it } from 'vitest'
import { wasLookedFor, type SeenStream } from '../../../../shared/judgement/alerts/sight'
import type { FindingKind } from '../../../../shared/judgement/finding'
import { triageRows } from '../../../../shared/judgement/triage-row'
import type { StreamReport } from '../../../../shared/model/monitoring'
import type { GroupSummary, StreamSummary } from '../../../../shared/model/stream'
import { group, summary, thresholds } from '../judged-samples'

const peek = {
  ...{ looked: 1, mostDeliveries: 1, mostId: '1-0', poison: 0, poisonDeliveries: 5, lookedFor: 1, gone: 0 },
}
function seen(changes: Partial<GroupSummary> = {}, stream: Partial<StreamSummary> = {}, more = {}): StreamReport {
  const read = summary('orders', [group('g', changes)], stream)
  const groups = triageRows(read, thresholds).map(({ id: _id, key: _key, group: _group, ...judged }) => {
    return { ...judged, rates: null, backlog: [], peek: null, claims: null, ...more }
  })
  return { summary: read, readAtMs: 1, state: 'fine', groups }
}
const without = (moreGroups: number): StreamReport => {
  return { summary: summary('orders', [], { moreGroups }), readAtMs: 1, state: 'no-groups', groups: [] }
}
const refused = { error: { code: 'NO_PERMISSION', data: {} } } as unknown as Partial<StreamSummary>
const missing = { error: { code: 'NOT_FOUND', data: {} } } as unknown as Partial<StreamSummary>

describe('whether a finding was looked for', () => {
  it.each<[string, FindingKind, SeenStream, boolean]>([
    ['its stream was not read yet', 'stalled', null, false],
    ['it is of no stream, but of a rule', 'rule-stopped', null, true],
    ['its stream is gone', 'stalled', 'gone', true],
    ['its stream is gone, which is what it told', 'vanished', 'gone', false],
    ['its stream can’t be read', 'stalled', seen({}, refused), false],
    ['its stream was deleted', 'stalled', seen({}, missing), true],
    ['its stream is missed still', 'vanished', seen({}, missing), false],
    ['its group is gone', 'stalled', without(0), true],
    ['its group is not among those that were listed', 'stalled', without(3), false],
    ['its group is missed still', 'vanished', without(0), false],
    ['its group is back', 'vanished', seen(), true],
    ['nothing is pending', 'stalled', seen({ stalled: null }), true],
    ['its consumers were not looked at', 'stalled', seen({ pending: 3, stalled: null }), false],
    ['its consumers were looked at', 'dead', seen({ pending: 3, stalled: 0 }), true],
    ['its oldest entries were not looked at', 'poison', seen({ pending: 3 }), false],
    ['its oldest entries were looked at', 'poison', seen({ pending: 3 }, {}, { peek }), true],
    ['nothing is pending that could be gone', 'gone', seen(), true],
    ['its lag is known', 'lagging', seen(), true],
    [
      'its lag is not known, nor how long entries wait',
      'lagging',
      seen({ lag: { value: null, kind: 'unknown' }, unread: null }),
      false,
    ],
    ['how its lag grows is not known yet', 'growing', seen({ lag: { value: 5, kind: 'exact' } }), false],
    ['it has no lag', 'growing', seen(), true],
    ['a large stream’s counters are left alone', 'trimmed', seen({}, { large: true }), false],
  ])('%s (%s)', (_what, kind, stream, expected) => {
    expect(wasLookedFor({ kind, key: 'orders', group: 'g' }, stream)).toBe(expected)
  })

  it.each<[string, FindingKind, SeenStream, boolean]>([
    ['it was read', 'dead-letters', seen(), true],
    ['it was read without its counters', 'untrimmed', seen(), false],
    ['it was read with them', 'untrimmed', seen({}, { entriesAdded: 10 }), true],
    ['nothing told the time', 'dead-letters', seen({}, { atMs: null }), false],
    ['it can be read', 'unreadable', seen(), true],
  ])('of a stream: %s (%s)', (_what, kind, stream, expected) => {
    expect(wasLookedFor({ kind, key: 'orders', group: null }, stream)).toBe(expected)
  })
})
