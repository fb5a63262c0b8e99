import { describe, expect, it } from 'vitest'
import type { ChartTheme } from '../../../../renderer/components/chart/chart-model'
import { consumersChart } from '../../../../renderer/components/chart/consumers-chart'
import {
  deliveryBucketLabels,
  histogramChart,
  idleBucketLabels,
} from '../../../../renderer/components/chart/histogram-chart'
import { groupSeries } from '../../../../renderer/components/chart/samples-series'
import { trendChart } from '../../../../renderer/components/chart/trend-chart'
import type { Consumer } from '../../../../shared/model/group'
import type { Samples } from '../../../../shared/model/sample'

const theme: ChartTheme = {
  text: '#111',
  textSoft: '#222',
  line: '#333',
  surface: '#fff',
  good: 'green',
  warn: 'amber',
  bad: 'red',
  quiet: 'grey',
  accent: 'blue',
  font: 'sans-serif',
  series: ['a', 'b'],
}

describe('bucket labels', () => {
  it('name idle times', () => {
    expect(idleBucketLabels([0, 1_000, 60_000])).toEqual(['< 1 s', '1 s – 1 min', '≥ 1 min'])
  })

  it('name deliveries', () => {
    expect(deliveryBucketLabels([0, 1, 2, 3, 6, 51])).toEqual(['0', '1', '2', '3–5', '6–50', '≥ 51'])
  })
})

describe('a histogram', () => {
  it('says the same as a picture, a table and a sentence', () => {
    const chart = histogramChart(
      { from: [1, 2], counts: [1_500, 500] },
      { title: 'Pending entries by deliveries', axis: 'Deliveries', labels: deliveryBucketLabels([1, 2]) },
      theme,
    )
    expect(chart.table.rows).toEqual([
      ['1', '1\u202f500', '75 %'],
      ['≥ 2', '500', '25 %'],
    ])
    expect(chart.summary).toBe('Pending entries by deliveries, of 2\u202f000 entries. Most: 1, 1\u202f500')
    expect(chart.isEmpty).toBe(false)
  })

  it('is empty when nothing is pending', () => {
    const chart = histogramChart({ from: [1], counts: [0] }, { title: 'T', axis: 'A', labels: ['≥ 1'] }, theme)
    expect(chart.isEmpty).toBe(true)
    expect(chart.summary).toBe('T: none')
  })
})

describe('pending by consumer', () => {
  function consumer(name: string, pending: number, health: Consumer['health']): Consumer {
    return { name, pending, health, idleMs: 1, inactiveMs: null, oldestIdleMs: null }
  }

  it('lists those who hold something, most first, with their health', () => {
    const chart = consumersChart(
      [consumer('a', 1, 'active'), consumer('b', 9, 'stalled'), consumer('c', 0, 'idle')],
      theme,
    )
    expect(chart.table.rows).toEqual([
      ['b', 'stalled', '9'],
      ['a', 'active', '1'],
    ])
    expect(chart.summary).toBe('Pending entries of 2 consumers. 1 stalled consumer with 9 entries')
  })

  it('tells health by a mark, not by colour alone, and sums up the rest', () => {
    const many = Array.from({ length: 20 }, (_, at) => consumer(`c${at}`, 100 - at, at === 0 ? 'stalled' : 'active'))
    const axis = consumersChart(many, theme).option['yAxis'] as { data: string[] }
    expect(axis.data[0]).toBe('■ c0')
    expect(axis.data[1]).toBe('● c1')
    expect(axis.data.at(-1)).toBe('8 others')
  })
})

describe('a trend', () => {
  const samples: Samples = {
    stepMs: 1_000,
    times: [0, 1_000],
    length: [1, 2],
    groups: [{ name: 'g', pending: [5, 4], lag: [null, null] }],
    moreGroups: 0,
  }

  it('says unknown, not 0, for what was not known', () => {
    const chart = trendChart('Lag', samples.times, groupSeries(samples, 'lag'), theme)
    expect(chart.isEmpty).toBe(true)
    expect(chart.table.rows.map((row) => row[1])).toEqual(['unknown', 'unknown'])
    expect(chart.summary).toBe('Lag over time. Now: g unknown')
  })

  it('spans a minute around the only moment there is', () => {
    const { option } = trendChart('Lag', [1_000_000], [{ name: 'Lag', values: [5] }], theme)
    expect(option['xAxis']).toMatchObject({ min: 970_000, max: 1_030_000 })
    const two = trendChart('Lag', [1_000_000, 1_001_000], [{ name: 'Lag', values: [5, 6] }], theme)
    expect(two.option['xAxis']).not.toHaveProperty('min')
  })

  it('shows the latest first in its table', () => {
    const chart = trendChart('Pending', samples.times, groupSeries(samples, 'pending'), theme)
    expect(chart.table.rows.map((row) => row[1])).toEqual(['4', '5'])
    expect(chart.isEmpty).toBe(false)
  })

  it('draws its tooltips on the canvas, since the page allows no inline styles', () => {
    const { option } = trendChart('Pending', samples.times, groupSeries(samples, 'pending'), theme)
    expect(option['tooltip']).toMatchObject({ renderMode: 'richText' })
  })
})
