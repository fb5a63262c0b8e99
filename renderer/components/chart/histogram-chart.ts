import type { Histogram } from '../../../shared/model/pending'
import { formatCompact, formatCount } from '../../../shared/format/format-count'
import { formatDuration } from '../../../shared/format/format-duration'
import { words } from '../../../shared/words/words'
import { baseOption, valueAxis, type ChartModel, type ChartTheme } from './chart-model'

/** "< 1 s", "1 s – 10 s", "≥ 1 d". */
export function idleBucketLabels(from: readonly number[]): readonly string[] {
  return from.map((low, index) => {
    const high = from[index + 1]
    if (high === undefined) return `≥ ${formatDuration(low)}`
    return low === 0 ? `< ${formatDuration(high)}` : `${formatDuration(low)} – ${formatDuration(high)}`
  })
}

/** Where the buckets begin: "0", "1 s", "1 d". */
export function idleBucketTicks(from: readonly number[]): readonly string[] {
  return from.map((low) => (low === 0 ? '0' : formatDuration(low)))
}

/** "1", "3–4", "≥ 20". */
export function deliveryBucketLabels(from: readonly number[]): readonly string[] {
  return from.map((low, index) => {
    const high = from[index + 1]
    if (high === undefined) return `≥ ${formatCount(low)}`
    return high - low === 1 ? formatCount(low) : `${formatCount(low)}–${formatCount(high - 1)}`
  })
}

interface HistogramText {
  /** What the bars count: "Pending entries by idle time". */
  readonly title: string
  /** What the buckets are of: "Idle". */
  readonly axis: string
  readonly labels: readonly string[]
  /** Shorter, for the axis; else the labels. */
  readonly ticks?: readonly string[]
  /** What the ticks mean. */
  readonly axisName?: string
}

/** Pending entries counted in buckets. */
export function histogramChart({ counts }: Histogram, text: HistogramText, theme: ChartTheme): ChartModel {
  const total = counts.reduce((sum, value) => sum + value, 0)
  const most = counts.indexOf(Math.max(...counts))
  const share = (value: number): string => (total === 0 ? '0 %' : `${Math.round((value / total) * 100)} %`)
  return {
    isEmpty: total === 0,
    summary:
      total === 0
        ? words.chart.none(text.title)
        : words.chart.ofMost(text.title, total, text.labels[most] ?? '', counts[most] ?? 0),
    option: {
      ...baseOption(theme),
      grid: { left: 8, right: 16, top: 20, bottom: 22, containLabel: true },
      xAxis: {
        type: 'category',
        data: text.labels,
        name: text.axisName ?? '',
        nameLocation: 'middle',
        nameGap: 24,
        nameTextStyle: { color: theme.textSoft },
        axisLabel: {
          color: theme.textSoft,
          interval: 0,
          formatter: (label: string, index: number) => text.ticks?.[index] ?? label,
        },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: theme.line } },
      },
      yAxis: { ...valueAxis(theme), axisLabel: { color: theme.textSoft, formatter: (v: number) => formatCompact(v) } },
      series: [
        {
          type: 'bar',
          name: words.chart.entries,
          data: counts,
          barMaxWidth: 48,
          color: theme.accent,
          label: {
            show: true,
            position: 'top',
            color: theme.textSoft,
            fontSize: 11,
            formatter: ({ value }: { value: number }) => (value > 0 ? formatCompact(value) : ''),
          },
          tooltip: { valueFormatter: (value: unknown) => (typeof value === 'number' ? formatCount(value) : '') },
        },
      ],
    },
    table: {
      columns: [text.axis, words.chart.entries, words.chart.share],
      rows: text.labels.map((label, index) => [label, formatCount(counts[index] ?? 0), share(counts[index] ?? 0)]),
    },
  }
}
