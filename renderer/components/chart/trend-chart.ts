import { formatClock } from '../../../shared/format/format-time'
import { formatCompact, formatCount } from '../../../shared/format/format-count'
import { words } from '../../../shared/words/words'
import { baseOption, valueAxis, type ChartModel, type ChartTheme } from './chart-model'

/** One line over time; null where the figure was not known, which is a gap and not 0. */
export interface TrendSeries {
  readonly name: string
  readonly values: readonly (number | null)[]
}

const DASHES = ['solid', 'dashed', 'dotted', [8, 3, 2, 3], [12, 4]] as const

const AROUND_MS = 30_000

/** A minute around a single moment, which would else be drawn in the middle of a day and a half. */
function onlyMoment([first, ...later]: readonly number[]): { readonly min?: number; readonly max?: number } {
  return first === undefined || later.length > 0 ? {} : { min: first - AROUND_MS, max: first + AROUND_MS }
}

function lastKnown(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null
}

/** Figures over the time watched. `what` names them: "Pending entries". */
export function trendChart(
  what: string,
  times: readonly number[],
  series: readonly TrendSeries[],
  theme: ChartTheme,
): ChartModel {
  const latest = series.map(({ name, values }) => {
    const value = lastKnown(values)
    return `${name} ${value === null ? words.base.unknown : formatCount(value)}`
  })
  return {
    isEmpty: times.length === 0 || series.every(({ values }) => values.every((value) => value === null)),
    summary: words.chart.trendSummary(what, latest),
    option: {
      ...baseOption(theme),
      ...(series.length > 1
        ? { legend: { type: 'scroll', top: 0, left: 8, textStyle: { color: theme.textSoft }, itemWidth: 22 } }
        : { grid: { left: 8, right: 30, top: 12, bottom: 8, containLabel: true } }),
      xAxis: {
        type: 'time',
        ...onlyMoment(times),
        axisLabel: { color: theme.textSoft, hideOverlap: true, formatter: (value: number) => formatClock(value) },
        axisLine: { lineStyle: { color: theme.line } },
        axisPointer: { label: { formatter: ({ value }: { value: number }) => formatClock(value) } },
      },
      yAxis: { ...valueAxis(theme), axisLabel: { color: theme.textSoft, formatter: (v: number) => formatCompact(v) } },
      series: series.map(({ name, values }, index) => ({
        name,
        type: 'line',
        // One figure makes no line.
        symbol: values.filter((value) => value !== null).length < 2 ? 'circle' : 'none',
        symbolSize: 5,
        connectNulls: false,
        color: theme.series[index % theme.series.length],
        lineStyle: { width: 1.75, type: DASHES[Math.floor(index / 2) % DASHES.length] },
        data: times.map((time, at) => [time, values[at] ?? null]),
        tooltip: {
          valueFormatter: (value: unknown) => (typeof value === 'number' ? formatCount(value) : words.base.unknown),
        },
      })),
    },
    table: {
      columns: [words.chart.time, ...series.map(({ name }) => name)],
      rows: times
        .map((time, at) => [
          formatClock(time),
          ...series.map(({ values }) => {
            const value = values[at] ?? null
            return value === null ? words.base.unknown : formatCount(value)
          }),
        ])
        .reverse(),
    },
  }
}
