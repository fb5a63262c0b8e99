import { expect, it } from 'vitest'
import { allFindings } from '../../../shared/judgement/findings'
import { triageRows } from '../../../shared/judgement/triage-row'
import type { StreamSummary } from '../../../shared/model/stream'
import { added, group, summary, thresholds } from './judged-samples'

const find = (streams: readonly StreamSummary[], vanished: readonly string[] = []) => {
  const rows = streams.flatMap((one) => triageRows(one, thresholds))
  const missed = vanished.map((name) => {
    return { key: name, group: 'g', withStream: true, consumers: 1, pending: 0, lastDeliveredId: '1-0', sinceMs: 1 }
  })
  return allFindings(rows, streams, { rates: () => null, peek: () => undefined, vanished: missed }, thresholds)
}
const late = (name: string): StreamSummary =>
  summary(name, [group('g', { lag: { value: 3, kind: 'exact' }, unread: { firstId: added(400_000) } })])
const NAMES = ['a', 'b', 'c', 'd']

it.each([
  ['few late groups', 3, ['lagging', 'lagging', 'lagging']],
  ['many late groups', 4, ['late']],
])('%s: each by itself, and as told', (_what, count, kinds) => {
  const { told, singles } = find(NAMES.slice(0, count).map(late))
  expect(told.map(({ kind }) => kind)).toEqual(kinds)
  expect(singles.map(({ finding }) => finding.kind)).toEqual(Array.from({ length: count }, () => 'lagging'))
  expect(new Set(singles.map(({ finding }) => finding.id)).size).toBe(count)
  expect([...new Set(singles.map(({ toldAs }) => toldAs))].toSorted()).toEqual(told.map(({ id }) => id).toSorted())
})

it('groups that vanished, and streams that could not be read: the same', () => {
  const error = { code: 'NO_PERMISSION', data: { reply: 'NOPERM' } } as never
  const { told, singles } = find(
    NAMES.map((name) => summary(name, [], { error })),
    NAMES,
  )
  expect(told.map(({ id }) => id)).toEqual(['vanished', expect.stringContaining('unreadable/NO_PERMISSION')])
  expect(singles).toHaveLength(8)
  for (const { finding, toldAs } of singles) {
    expect(finding).toMatchObject(finding.kind === 'vanished' ? { groups: 1 } : { streams: 1 })
    expect(told.map(({ id }) => id)).toContain(toldAs)
  }
})
