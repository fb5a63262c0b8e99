import type { EChartsCoreOption } from 'echarts/core'
import type { CsvCell } from '../../../shared/format/csv'

/** Colours and fonts of the moment, read from the style sheet, since a canvas knows no CSS variables. */
export interface ChartTheme {
  readonly text: string
  readonly textSoft: string
  readonly line: string
  readonly surface: string
  readonly good: string
  readonly warn: string
  readonly bad: string
  readonly quiet: string
  readonly accent: string
  readonly font: string
  /** Told apart by dashes too. */
  readonly series: readonly string[]
}

/** The same figures for those who read rather than look. The first column is what the others are of. */
export interface ChartFigures {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** As they go into a file, the oldest first: figures without units. Absent: the rows as they are. */
  readonly csv?: readonly (readonly CsvCell[])[]
  /** Their columns, with the units. Absent: as above. */
  readonly csvColumns?: readonly string[]
}

export interface ChartModel {
  readonly option: EChartsCoreOption
  readonly table: ChartFigures
  /** What the picture shows, in a sentence. */
  readonly summary: string
  readonly isEmpty: boolean
}

/** What all charts have in common. Tooltips are drawn on the canvas: the page allows no inline styles. */
export function baseOption(theme: ChartTheme): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.textSoft, fontSize: 11 },
    grid: { left: 8, right: 30, top: 28, bottom: 8, containLabel: true },
    tooltip: {
      renderMode: 'richText',
      confine: true,
      trigger: 'axis',
      backgroundColor: theme.surface,
      borderColor: theme.line,
      textStyle: { color: theme.text, fontFamily: theme.font, fontSize: 12 },
      axisPointer: { lineStyle: { color: theme.textSoft }, shadowStyle: { color: theme.line, opacity: 0.4 } },
    },
  }
}

export function valueAxis(theme: ChartTheme): EChartsCoreOption {
  return {
    type: 'value',
    minInterval: 1,
    axisLabel: { color: theme.textSoft },
    splitLine: { lineStyle: { color: theme.line } },
  }
}
