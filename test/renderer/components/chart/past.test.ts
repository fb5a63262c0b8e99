import { expect, test } from 'vitest'
import type { ChartTheme } from '../../../../renderer/components/chart/chart-model'
import { holdersMap } from '../../../../renderer/components/chart/holders-map'
import {
  breakMarks,
  holdersChart,
  lagChart,
  ratesChart,
  samplesOf,
} from '../../../../renderer/components/chart/past-lines'
import type { TimeView } from '../../../../renderer/components/chart/time-chart'
import { csvText } from '../../../../shared/format/csv'
import { movesOf } from '../../../../shared/judgement/moves'
import type { PastGroup, PastStream } from '../../../../shared/model/past'

const BEGIN = 1_700_000_000_000
const STEP = 10_000
const theme: ChartTheme = {
  ...{ text: '#111', textSoft: '#222', line: '#333', surface: '#fff', good: 'green', warn: 'amber', bad: 'red' },
  ...{ quiet: 'grey', accent: 'blue', font: 'sans-serif', series: ['a', 'b'] },
}
const view = (changes: Partial<TimeView> = {}): TimeView => ({
  span: { fromMs: BEGIN, toMs: BEGIN + 20 * STEP },
  ...{ range: null, marks: [], theme },
  ...changes,
})
const group = (changes: Partial<PastGroup> = {}): PastGroup => ({
  ...{ name: 'g', pending: 10, lag: 5, lagKind: 'exact', entriesRead: 100, consumers: 2, waits: 'none', holders: [] },
  ...changes,
})
const step = (at: number, its: PastGroup | null, changes: Partial<PastStream> = {}): PastStream => ({
  ...{ atMs: BEGIN + at * STEP, length: 20, added: 105, memory: null, run: 1, groups: its ? [its] : [] },
  ...changes,
})
const holder = (name: string, pending: number, seenMs: number | null = BEGIN) => ({
  ...{ name, pending, seenMs, activeMs: null },
})
type Hovered = { readonly tooltip: { valueFormatter(value: number, at: number): string } }
type Drawn = { readonly data: readonly (readonly unknown[])[]; readonly stack?: string; readonly name: string }
const drawn = (option: unknown): readonly Drawn[] => (option as { series: readonly Drawn[] }).series
const column = (one: Drawn | undefined): readonly unknown[] => (one?.data ?? []).map((point) => point[1])

test('rates are per second; across a restart, and where nobody looked, there is a gap', () => {
  const past = [
    step(0, group()),
    step(1, group({ entriesRead: 120, pending: 12 }), { added: 135 }),
    step(2, group({ entriesRead: 130, pending: 12 }), { added: 500, run: 2 }),
    step(3, null, { added: null, length: null, run: null }),
    step(4, group({ entriesRead: 140, pending: 12 }), { added: 510, run: 2 }),
  ]
  const moves = movesOf(samplesOf(past, 'g'))
  const { option, table } = ratesChart(moves, view())
  expect(drawn(option).map(({ name }) => name)).toEqual(['In', 'Delivered', 'Acked'])
  expect(drawn(option).map(column)).toEqual([
    [3, null, null, null],
    [2, null, null, null],
    [1.8, null, null, null],
  ])
  expect(table.rows.at(-1)?.slice(1)).toEqual(['3', '2', '1.8'])
  expect(table.rows[0]?.slice(1)).toEqual(['unknown', 'unknown', 'unknown'])
  expect(breakMarks(moves)).toEqual([{ atMs: BEGIN + 2 * STEP, label: 'server restarted, or another one' }])
})

test('a lag is told with its kind, and how long the oldest unread entry had waited by then', () => {
  const waits = { sinceMs: BEGIN - 60_000, isLeast: false }
  const past = [
    step(0, group({ waits })),
    step(1, group({ waits: { ...waits, isLeast: true }, lag: 1_000, lagKind: 'atLeast' })),
    step(2, group()),
    step(3, group({ waits: null, lag: null, lagKind: 'unknown' })),
  ]
  const { option, table } = lagChart(past, 'g', view())
  expect(drawn(option).map(column)).toEqual([
    [5, 1_000, 5, null],
    [60_000, 70_000, 0, null],
  ])
  expect(table.rows.map((row) => row.slice(2))).toEqual([
    ['unknown', 'unknown', ''],
    ['0 ms', 'exact', 'exact'],
    ['at least 1 min 10 s', 'at least', 'at least'],
    ['1 min', 'exact', 'exact'],
  ])
  expect(table.csv?.[1]).toEqual([new Date(BEGIN + STEP).toISOString(), 1_000, 70, 'at least', 'at least'])
  expect(table.csvColumns).toEqual(['Time', 'Lag', 'Waiting (s)', 'Lag is', 'Waiting is'])
  const told = (option as unknown as { series: readonly Hovered[] }).series[1]?.tooltip.valueFormatter(70_000, 1)
  expect(told).toBe('at least 1 min 10 s')
})

test('an axis has no two ticks that are told alike', () => {
  const past = [step(0, group()), step(1, group({ entriesRead: 101 }))]
  const least = ({ option }: { readonly option: unknown }) =>
    [(option as { yAxis: unknown }).yAxis].flat().map((axis) => (axis as { minInterval: number }).minInterval)
  expect(least(lagChart(past, 'g', view()))).toEqual([1, 1_000])
  expect(least(holdersChart(past, 'g', view()))).toEqual([1])
  expect(least(ratesChart(movesOf(samplesOf(past, 'g')), view()))).toEqual([0.1])
})

test('who held how much lies one on the other, and what others held on top', () => {
  const past = [
    step(0, group({ pending: 10, holders: [holder('a', 6), holder('b', 1)] })),
    step(1, group({ pending: 4, holders: [holder('b', 4)] })),
    step(2, null),
  ]
  const { option } = holdersChart(past, 'g', view())
  expect(drawn(option).map(({ name }) => name)).toEqual(['a', 'b', 'all others'])
  expect(drawn(option).every(({ stack }) => stack === 'all')).toBe(true)
  expect(drawn(option).map(column)).toEqual([
    [6, 0, null],
    [1, 4, null],
    [3, 0, null],
  ])
})

test('the map says since when a consumer was silent, and for whom that is not known', () => {
  const past = [0, 1, 7].map((at) =>
    step(at, group({ holders: [holder('a', 8), holder('b', 2, BEGIN + at * STEP), holder('c', 1, null)] })),
  )
  const { option, table, summary } = holdersMap(past, 'g', { stepMs: STEP, silentAfterMs: 60_000 }, view())
  expect(drawn(option)[0]?.data.map((cell) => cell.at(-1))).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 0])
  expect(table.rows.map((row) => row.slice(1))).toContainEqual(['a', '8', 'silent for 1 min 10 s'])
  expect(table.rows.filter((row) => row[1] === 'c').map((row) => row.at(-1))).toEqual([
    ...['not told', 'not told', 'not told'],
  ])
  expect(summary).toContain('Silent now: a')
})

test('in the map a look stands for the time since the one before, and of a step where there is none', () => {
  const held = group({ holders: [holder('a', 8)] })
  const nobody = step(8, null, { length: null, added: null, run: null })
  const past = [step(0, held), step(5, held), nobody, step(20, held)]
  const { option } = holdersMap(past, 'g', { stepMs: STEP, silentAfterMs: 1 }, view())
  expect(drawn(option)[0]?.data.map(([from, to]) => [from, to].map((ms) => (Number(ms) - BEGIN) / STEP))).toEqual([
    [-1, 0],
    [0, 5],
    [19, 20],
  ])
})

test('a chosen range is what its table, its file and its zoom have', () => {
  const past = Array.from({ length: 10 }, (_, at) => step(at, group()))
  const range = { fromMs: BEGIN + 3 * STEP, toMs: BEGIN + 5 * STEP }
  const { table, option } = lagChart(past, 'g', view({ range }))
  expect(table.rows).toHaveLength(3)
  expect(table.csv).toHaveLength(3)
  expect(option['dataZoom']).toMatchObject([{ startValue: range.fromMs, endValue: range.toMs }, {}])
})

test('marks stand in the first line of each chart; lines differ by more than colour', () => {
  const marks = [{ atMs: BEGIN, label: '1' }]
  const past = [step(0, group()), step(1, group())]
  const { option } = lagChart(past, 'g', view({ marks }))
  const series = (option as { series: readonly { markLine?: unknown; lineStyle: { type: unknown } }[] }).series
  expect(series[0]?.markLine).toMatchObject({ data: [{ xAxis: BEGIN, name: '1' }] })
  expect(series[1]?.markLine).toBeUndefined()
  expect(new Set(series.map(({ lineStyle }) => lineStyle.type)).size).toBe(2)
})

test('nothing known is empty, and no line at zero', () => {
  for (const past of [[], [step(0, null, { added: null })]]) {
    const moves = movesOf(samplesOf(past, 'g'))
    const map = holdersMap(past, 'g', { stepMs: STEP, silentAfterMs: 1 }, view())
    const all = [ratesChart(moves, view()), lagChart(past, 'g', view()), holdersChart(past, 'g', view()), map]
    expect(all.map(({ isEmpty }) => isEmpty)).toEqual([true, true, true, true])
  }
})

test.each([
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ['+1-2', `'+1-2`],
  ['-1+cmd', `'-1+cmd`],
  // A number with its sign is none.
  ['-1.5', '-1.5'],
  ['@a', `'@a`],
  ['\t=1', `'\t=1`],
  [' =1', `' =1`],
  ['a,b', '"a,b"'],
  ['line\nbreak', '"line\nbreak"'],
  ['plain', 'plain'],
  [-5, '-5'],
  [null, ''],
])('%j in a CSV is %j', (cell, text) => {
  expect(csvText(['name'], [[cell]])).toBe(`name\r\n${text}\r\n`)
})
