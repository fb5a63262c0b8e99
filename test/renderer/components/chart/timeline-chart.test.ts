import { describe, expect, test } from 'vitest'
import type { TimeView } from '../../../../renderer/components/chart/time-chart'
import { spanOf, timelineChart } from '../../../../renderer/components/chart/timeline-chart'
import type { Timeline } from '../../../../shared/model/timeline'

const MINUTE = 60_000
const START = Date.UTC(2026, 4, 5, 10)
const theme = {
  ...{ text: '', textSoft: '', line: '', surface: '', good: '', warn: 'amber', bad: '', quiet: '', accent: 'blue' },
  ...{ font: '', series: [] },
}
const timeline: Timeline = {
  ...{ kind: 'counted', fromMs: START, stepMs: MINUTE, nowMs: null, length: 0, hasTimeless: false, counting: null },
  buckets: [
    { count: 3, isSampled: false },
    { count: 0, isSampled: false },
    { count: 1_200, isSampled: true },
  ],
}
const pending = {
  name: 'billing',
  buckets: [
    { count: 2, isLeast: false },
    { count: 0, isLeast: false },
    { count: 200, isLeast: true },
  ],
}
const view = (change: Partial<TimeView> = {}): TimeView => ({
  ...{ span: spanOf(timeline), range: null, marks: [], theme },
  ...change,
})

describe('the timeline', () => {
  test('says the same as a picture, a table and a file; what is about is said to be', () => {
    const chart = timelineChart(timeline, pending, view())
    expect(chart.summary).toMatch(/^about 1\u202f203 entries from .* Most: about 1\u202f200 from .* on$/)
    expect(chart.table.columns).toEqual(['Time', 'Entries per 1 min', 'Count is', 'Pending in billing'])
    expect(chart.table.rows.map((row) => row.slice(1))).toEqual([
      ['1\u202f200', 'about, by a sample', 'at least 200'],
      ['0', 'exact', '0'],
      ['3', 'exact', '2'],
    ])
    expect(chart.table.csv).toEqual([
      ['2026-05-05T10:00:00.000Z', 3, 'exact', 2],
      ['2026-05-05T10:01:00.000Z', 0, 'exact', 0],
      ['2026-05-05T10:02:00.000Z', 1_200, 'about, by a sample', 'at least 200'],
    ])
  })

  test('of a range the sentence and the table tell that alone', () => {
    const chart = timelineChart(timeline, null, view({ range: { fromMs: START, toMs: START + 2 * MINUTE } }))
    expect(chart.summary).toMatch(/^3 entries from/)
    expect(chart.table.rows).toHaveLength(2)
  })

  test('where nothing is pending known no figure stands for it', () => {
    const chart = timelineChart(timeline, { name: 'billing', buckets: [] }, view())
    expect(chart.table.rows.map((row) => row.at(-1))).toEqual(['unknown', 'unknown', 'unknown'])
  })

  test('an empty stretch is no bar, and its tip tells from when to when', () => {
    const { option } = timelineChart(timeline, pending, view())
    const [bars] = option['series'] as { readonly data: readonly { readonly value: readonly (number | null)[] }[] }[]
    expect(bars?.data.map(({ value }) => value[1])).toEqual([3, null, 1_200])
    const { formatter } = option['tooltip'] as { readonly formatter: (points: object[]) => string }
    expect(
      formatter([{ dataIndex: 2 }])
        .split('\n')
        .slice(1),
    ).toEqual(['Entries per 1 min: about 1\u202f200', 'Pending in billing: at least 200'])
  })
})
