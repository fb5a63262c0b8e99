import type { EChartsCoreOption } from 'echarts/core'
import { formatClock, formatDayMinute } from '../../../shared/format/format-time'
import { isoTime } from '../../../shared/time/zone'
import { formatCompact } from '../../../shared/format/format-count'
import { baseOption, valueAxis, type ChartTheme } from './chart-model'

/** A part of the time on screen, ms since 1970. */
export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

/** Something that was done, or befell the server, at a moment; by its number it is found in the list of marks. */
export interface TimeMark {
  readonly atMs: number
  readonly label: string
}

/** What the charts of one view share: so one cursor, one zoom and one set of marks go over all of them. */
export interface TimeView {
  /** All of it. */
  readonly span: TimeRange
  /** What was chosen of it; null: all. */
  readonly range: TimeRange | null
  readonly marks: readonly TimeMark[]
  readonly theme: ChartTheme
}

const DAY_MS = 24 * 3_600_000
export const DASHES = ['solid', 'dashed', 'dotted', [8, 3, 2, 3], [12, 4]] as const

/** With the day, where there is more than one. */
export function timeLabel(atMs: number, { fromMs, toMs }: TimeRange): string {
  return toMs - fromMs > DAY_MS ? formatDayMinute(atMs) : formatClock(atMs)
}

/** For a file: universal time. */
export function fileTime(atMs: number): string {
  return isoTime(atMs) ?? String(atMs)
}

export function isWithin(atMs: number, { span, range }: TimeView): boolean {
  const { fromMs, toMs } = range ?? span
  return atMs >= fromMs && atMs <= toMs
}

/** Axes, zoom and cursor of a chart over time. */
export function timeOption(view: TimeView): EChartsCoreOption {
  const { theme, span, range } = view
  const chosen = range ?? span
  return {
    ...baseOption(theme),
    grid: { left: 8, right: 24, top: 48, bottom: 34, containLabel: true },
    legend: { type: 'scroll', top: 0, left: 8, textStyle: { color: theme.textSoft }, itemWidth: 22 },
    xAxis: {
      type: 'time',
      min: span.fromMs,
      max: span.toMs,
      axisLabel: { color: theme.textSoft, hideOverlap: true, formatter: (value: number) => timeLabel(value, span) },
      axisLine: { lineStyle: { color: theme.line } },
      axisPointer: { label: { formatter: ({ value }: { value: number }) => timeLabel(value, span) } },
    },
    yAxis: { ...valueAxis(theme), axisLabel: { color: theme.textSoft, formatter: (v: number) => formatCompact(v) } },
    dataZoom: [
      {
        type: 'inside',
        filterMode: 'none',
        zoomOnMouseWheel: 'ctrl',
        startValue: chosen.fromMs,
        endValue: chosen.toMs,
      },
      {
        ...{ type: 'slider', filterMode: 'none', startValue: chosen.fromMs, endValue: chosen.toMs },
        ...{ height: 14, bottom: 6, showDetail: false, brushSelect: true, borderColor: theme.line },
        ...{
          textStyle: { color: theme.textSoft },
          dataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } },
        },
      },
    ],
  }
}

/** The marks, drawn with the first line. */
export function markLines({ marks, theme }: TimeView): EChartsCoreOption {
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { color: theme.textSoft, type: 'dashed', width: 1 },
      label: { color: theme.text, fontSize: 11, formatter: ({ name }: { name: string }) => name },
      data: marks.map(({ atMs, label }) => ({ xAxis: atMs, name: label })),
    },
  }
}
