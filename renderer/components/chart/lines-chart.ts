import { words } from '../../../shared/words/words'
import type { ChartModel } from './chart-model'
import { DASHES, fileTime, isWithin, markLines, timeLabel, timeOption, type TimeView } from './time-chart'

/** One line; null where the figure is not known, which is a gap and not 0. */
export interface Line {
  readonly name: string
  readonly values: readonly (number | null)[]
  readonly format: (value: number) => string
  /** Of an axis of its own, at the right. */
  readonly isSecond?: boolean
}

interface LinesText {
  /** "Rates". */
  readonly what: string
  /** Of the axes. */
  readonly axis?: string
  readonly second?: string
  /** Areas, one on the other. */
  readonly isStacked?: boolean
  /** Beside each time in the table: of what kind the lag was. */
  readonly notes?: { readonly column: string; readonly of: readonly string[] }
}

/** Figures over time, as lines or as areas one on the other. Told apart by dashes, not by colour alone. */
export function linesChart(
  times: readonly number[],
  lines: readonly Line[],
  text: LinesText,
  view: TimeView,
): ChartModel {
  const { theme, span } = view
  const option = timeOption(view)
  const [first] = lines.filter(({ isSecond }) => isSecond !== true)
  const second = lines.find(({ isSecond }) => isSecond === true)
  const axis = (name: string | undefined, line: Line | undefined) => ({
    ...(option['yAxis'] as object),
    ...{ name: name ?? '', nameTextStyle: { color: theme.textSoft, align: 'left' }, nameGap: 8 },
    axisLabel: { color: theme.textSoft, formatter: (value: number) => line?.format(value) ?? '' },
    minInterval: 0,
  })
  const rows = times.map((time, at) => ({ time, at })).filter(({ time }) => isWithin(time, view))
  const latest = lines.map(({ name, values, format }) => {
    const value = values.findLast((each) => each !== null) ?? null
    return `${name} ${value === null ? words.base.unknown : format(value)}`
  })
  const note = (at: number): readonly string[] => (text.notes ? [text.notes.of[at] ?? ''] : [])
  return {
    isEmpty: lines.every(({ values }) => values.every((value) => value === null)),
    summary: words.chart.trendSummary(text.what, latest),
    option: {
      ...option,
      yAxis: second
        ? [axis(text.axis, first), { ...axis(text.second, second), splitLine: { show: false } }]
        : axis(text.axis, first),
      series: lines.map(({ name, values, format, isSecond }, index) => ({
        ...{ name, type: 'line', symbol: 'none', connectNulls: false, yAxisIndex: isSecond === true ? 1 : 0 },
        ...(text.isStacked === true ? { stack: 'all', areaStyle: { opacity: 0.35 } } : {}),
        ...(index === 0 ? markLines(view) : {}),
        color: theme.series[index % theme.series.length],
        lineStyle: { width: 1.75, type: DASHES[index % DASHES.length] },
        data: times.map((time, at) => [time, values[at] ?? null]),
        tooltip: {
          valueFormatter: (value: unknown) => (typeof value === 'number' ? format(value) : words.base.unknown),
        },
      })),
    },
    table: {
      columns: [words.chart.time, ...lines.map(({ name }) => name), ...(text.notes ? [text.notes.column] : [])],
      rows: rows
        .map(({ time, at }) => [
          timeLabel(time, span),
          ...lines.map(({ values, format }) => toldOf(values[at] ?? null, format)),
          ...note(at),
        ])
        .reverse(),
      csv: rows.map(({ time, at }) => [fileTime(time), ...lines.map(({ values }) => values[at] ?? null), ...note(at)]),
    },
  }
}

function toldOf(value: number | null, format: (value: number) => string): string {
  return value === null ? words.base.unknown : format(value)
}
