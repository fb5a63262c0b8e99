import { expect, test } from 'vitest'
import { triageRows, worstFirst, type TriageRow } from '../../../../shared/judgement/triage-row'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { nextPeek } from '../../../../electron/services/monitoring/peeks'
import { group, summary } from '../../../shared/judgement/judged-samples'

const NOW = 10_000_000
const AGAIN = 15_000
const REST = 120_000

/** Groups g00, g01… that hold something, the first of them the worst. */
function holding(count: number, mostDeliveries = 1): readonly TriageRow[] {
  const groups = Array.from({ length: count }, (_, at) =>
    group(`g${String(at).padStart(2, '0')}`, { pending: 1, mostDeliveries }),
  )
  return worstFirst(triageRows(summary('orders', groups), defaultThresholds))
}
/** Looks at so many, one a millisecond, and gives the names. */
function turns(
  rows: readonly TriageRow[],
  looked: Map<string, number>,
  count: number,
  fromMs = NOW,
): readonly unknown[] {
  return Array.from({ length: count }, (_, at) => {
    const next = nextPeek(rows, looked, fromMs + at, AGAIN)
    if (next) looked.set(next.row.id, fromMs + at)
    return next && [next.row.group.name, next.isUrgent]
  })
}
const names = (from: number, to: number, urgent: boolean) =>
  Array.from({ length: to - from }, (_, at) => [`g${String(from + at).padStart(2, '0')}`, urgent])

test('all have their turn, the worst first and at once', () => {
  const looked = new Map<string, number>()
  expect(turns(holding(60), looked, 61)).toEqual([...names(0, 24, true), ...names(24, 60, false), null])
})

test('the worst are looked at again soon, the others in turns, what was looked at the longest ago first', () => {
  const looked = new Map<string, number>()
  const rows = holding(30)
  turns(rows, looked, 30)
  expect(turns(rows, looked, 25, NOW + AGAIN + 30)).toEqual([...names(0, 24, true), null])
  looked.set(rows[24]!.id, NOW + 50_000)
  for (const { id } of rows.slice(0, 24)) looked.set(id, NOW + REST)
  expect(turns(rows, looked, 6, NOW + REST + 100)).toEqual([...names(25, 30, false), null])
})

test('an entry that fails is looked at without waiting, however many there are', () => {
  expect(turns(holding(60, 9), new Map(), 60)).toEqual(names(0, 60, true))
})

test.each([
  ['holds nothing', triageRows(summary('orders', [group('g')]), defaultThresholds), new Map<string, number>()],
  ['was refused', holding(1), new Map([[holding(1)[0]!.id, Infinity]])],
  ['was looked at just now', holding(1), new Map([[holding(1)[0]!.id, NOW - AGAIN]])],
])('nothing is looked at that %s', (_what, rows, looked) => {
  expect(nextPeek(rows, looked, NOW, AGAIN)).toBeNull()
})
