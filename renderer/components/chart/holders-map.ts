import { bytesKey, displayBytes, type Bytes } from '../../../shared/bytes'
import { formatCount } from '../../../shared/format/format-count'
import { formatDuration } from '../../../shared/format/format-duration'
import { formatClock } from '../../../shared/format/format-time'
import type { PastStream } from '../../../shared/model/past'
import { words } from '../../../shared/words/words'
import { elideMiddle } from '../../utils/elide'
import type { ChartModel } from './chart-model'
import { groupAt, holderNames } from './past-lines'
import { fileTime, isWithin, timeLabel, timeOption, type TimeView } from './time-chart'

/** Rows of the map; of more consumers those that held most. */
const MOST_ROWS = 12

interface Cell {
  readonly fromMs: number
  /** When it was looked at. */
  readonly atMs: number
  readonly row: number
  readonly name: Bytes
  readonly pending: number
  /** Since its last sign of life, ms; null: not known. */
  readonly silentMs: number | null
}

/** What ECharts gives to `renderItem`, as far as it is used here. */
interface Drawing {
  value(dimension: number): number
  coord(point: readonly number[]): readonly [number, number]
  size(span: readonly number[]): readonly [number, number]
}

/**
 * Consumer by time: the darker, the more it held; a stroke through it where it had given no sign of life for `silentAfterMs`.
 * `stepMs`: how long a step lasts. What was seen at a look is drawn from the look before, or of a step's length where there is none.
 */
export function holdersMap(
  past: readonly PastStream[],
  group: Bytes,
  { stepMs, silentAfterMs }: { readonly stepMs: number; readonly silentAfterMs: number },
  view: TimeView,
): ChartModel {
  const { theme, span } = view
  const names = holderNames(past, group).slice(0, MOST_ROWS)
  const rowOf = new Map(names.map((name, row) => [bytesKey(name), row]))
  const cells = past.flatMap((step, at): readonly Cell[] => {
    const before = past[at - 1]
    const fromMs = before !== undefined && before.length !== null ? before.atMs : step.atMs - stepMs
    return (groupAt(step, group)?.holders ?? []).flatMap(({ name, pending, seenMs }) => {
      const row = rowOf.get(bytesKey(name))
      if (row === undefined) return []
      const silentMs = seenMs === null ? null : Math.max(0, step.atMs - seenMs)
      return { fromMs, atMs: step.atMs, row, name, pending, silentMs }
    })
  })
  const most = Math.max(1, ...cells.map(({ pending }) => pending))
  const isSilent = ({ silentMs }: Cell): boolean => silentMs !== null && silentMs >= silentAfterMs
  const told = (cell: Cell): string => {
    if (cell.silentMs === null) return words.chart.signsNotTold
    return isSilent(cell) ? words.chart.silentFor(formatDuration(cell.silentMs)) : words.chart.alive
  }
  const silent = names.filter((_, row) => {
    const last = cells.findLast((cell) => cell.row === row)
    return last !== undefined && isSilent(last)
  })
  const shown = cells.filter(({ atMs }) => isWithin(atMs, view))
  return {
    isEmpty: cells.length === 0,
    summary: words.chart.holdersMapSummary(
      names.length,
      silent.map((name) => displayBytes(name)),
    ),
    option: {
      ...timeOption(view),
      legend: { show: false },
      tooltip: {
        ...(timeOption(view)['tooltip'] as object),
        trigger: 'item',
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const cell = cells[dataIndex]
          if (!cell) return ''
          return `${displayBytes(cell.name)}\n${formatClock(cell.atMs)}: ${formatCount(cell.pending)}, ${told(cell)}`
        },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: names.map((name) => elideMiddle(displayBytes(name), 22)),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: theme.line } },
        axisLabel: { color: theme.textSoft, interval: 0 },
      },
      series: [
        {
          type: 'custom',
          name: words.chart.pending,
          clip: true,
          dimensions: ['from', 'to', 'row', 'share', 'silent'],
          encode: { x: [0, 1], y: 2 },
          data: cells.map((cell) => [cell.fromMs, cell.atMs, cell.row, cell.pending / most, isSilent(cell) ? 1 : 0]),
          renderItem: (_: unknown, api: Drawing) => drawCell(api, theme.accent, theme.text),
        },
      ],
    },
    table: {
      columns: [words.chart.time, words.chart.consumer, words.chart.pending, words.chart.signs],
      csvColumns: [words.chart.time, words.chart.consumer, words.chart.pending, words.chart.silentSeconds],
      rows: shown
        .map((cell) => [timeLabel(cell.atMs, span), displayBytes(cell.name), formatCount(cell.pending), told(cell)])
        .reverse(),
      csv: shown.map((cell) => [
        ...[fileTime(cell.atMs), displayBytes(cell.name), cell.pending],
        cell.silentMs === null ? null : Math.round(cell.silentMs / 1_000),
      ]),
    },
  }
}

function drawCell(api: Drawing, fill: string, stroke: string): unknown {
  const [x, y] = api.coord([api.value(0), api.value(2)])
  const [right] = api.coord([api.value(1), api.value(2)])
  const height = api.size([0, 1])[1] * 0.8
  const width = Math.max(1, right - x + 0.5)
  const rect = {
    ...{ type: 'rect', shape: { x, y: y - height / 2, width, height } },
    style: { fill, opacity: 0.15 + 0.85 * api.value(3) },
  }
  if (api.value(4) === 0) return rect
  const line = { type: 'line', shape: { x1: x, y1: y, x2: x + width, y2: y }, style: { stroke, lineWidth: 2 } }
  return { type: 'group', children: [rect, line] }
}
