import { words } from '../../../shared/words/words'
import type { ChartModel } from './chart-model'
import { DASHES, fileTime, isWithin, markLines, timeLabel, timeOption, type TimeView } from './time-chart'

/** One line; null where the figure is not known, which is a gap and not 0. */
export interface Line {
  readonly name: string
  readonly values: readonly (number | null)[]
  readonly format: (value: number) => string
  /** The least by which two figures on the axis differ: what `format` can tell apart. 1 by default. */
  readonly least?: number
  /** Where it may be more than told. */
  readonly isLeast?: readonly boolean[]
  /** In a file, where its unit is another there: under which name, and so many of its own units in one of that. */
  readonly file?: { readonly name: string; readonly unit: number }
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
  readonly notes?: readonly { readonly column: string; readonly of: readonly string[] }[]
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
    minInterval: line?.least ?? 1,
  })
  const rows = times.map((time, at) => ({ time, at })).filter(({ time }) => isWithin(time, view))
  const latest = lines.map((line) => {
    const at = line.values.findLastIndex((each) => each !== null)
    return `${line.name} ${toldAt(line, at)}`
  })
  const { notes = [] } = text
  const noted = (at: number): readonly string[] => notes.map(({ of }) => of[at] ?? '')
  return {
    isEmpty: lines.every(({ values }) => values.every((value) => value === null)),
    summary: words.chart.trendSummary(text.what, latest),
    option: {
      ...option,
      yAxis: second
        ? [axis(text.axis, first), { ...axis(text.second, second), splitLine: { show: false } }]
        : axis(text.axis, first),
      series: lines.map((line, index) => ({
        ...{
          name: line.name,
          type: 'line',
          symbol: 'none',
          connectNulls: false,
          yAxisIndex: line.isSecond === true ? 1 : 0,
        },
        ...(text.isStacked === true ? { stack: 'all', areaStyle: { opacity: 0.35 } } : {}),
        ...(index === 0 ? markLines(view) : {}),
        color: theme.series[index % theme.series.length],
        lineStyle: { width: 1.75, type: DASHES[index % DASHES.length] },
        data: times.map((time, at) => [time, line.values[at] ?? null]),
        tooltip: { valueFormatter: (_: unknown, at: number) => toldAt(line, at) },
      })),
    },
    table: {
      columns: [words.chart.time, ...lines.map(({ name }) => name), ...notes.map(({ column }) => column)],
      rows: rows
        .map(({ time, at }) => [timeLabel(time, span), ...lines.map((line) => toldAt(line, at)), ...noted(at)])
        .reverse(),
      csv: rows.map(({ time, at }) => [fileTime(time), ...lines.map((line) => inFile(line, at)), ...noted(at)]),
      csvColumns: [
        words.chart.time,
        ...lines.map(({ name, file }) => file?.name ?? name),
        ...notes.map(({ column }) => column),
      ],
    },
  }
}

function toldAt({ values, format, isLeast }: Line, at: number): string {
  const value = values[at] ?? null
  if (value === null) return words.base.unknown
  return isLeast?.[at] === true ? words.chart.atLeast(format(value)) : format(value)
}

function inFile({ values, file }: Line, at: number): number | null {
  const value = values[at] ?? null
  return value === null || file === undefined ? value : value / file.unit
}
