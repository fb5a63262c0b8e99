import { displayBytes } from '../../../shared/bytes'
import type { Consumer } from '../../../shared/model/group'
import { elideMiddle } from '../../utils/elide'
import { formatCount } from '../../../shared/format/format-count'
import { words } from '../../../shared/words/words'
import { baseOption, valueAxis, type ChartModel, type ChartTheme } from './chart-model'

const MOST_BARS = 12
const MARKS = { active: '●', idle: '○', stalled: '■', stuck: '◆' } as const

/** Who holds how much, most first, by health: colour and mark. Those with nothing pending have no bar. */
export function consumersChart(consumers: readonly Consumer[], theme: ChartTheme): ChartModel {
  const holders = consumers.filter(({ pending }) => pending > 0).sort((a, b) => b.pending - a.pending)
  const shown = holders.slice(0, MOST_BARS)
  const rest = holders.slice(MOST_BARS)
  const colors = { active: theme.good, idle: theme.quiet, stalled: theme.bad, stuck: theme.bad }
  const bars = shown.map(({ name, pending, health }) => ({
    label: `${MARKS[health]} ${elideMiddle(displayBytes(name), 28)}`,
    pending,
    color: colors[health],
  }))
  if (rest.length > 0) {
    const pending = rest.reduce((sum, consumer) => sum + consumer.pending, 0)
    bars.push({ label: words.chart.others(rest.length), pending, color: theme.quiet })
  }
  const stalled = holders.filter(({ health }) => health === 'stalled')
  const stalledPending = stalled.reduce((sum, { pending }) => sum + pending, 0)
  return {
    isEmpty: holders.length === 0,
    summary: words.chart.consumersSummary(holders.length, stalled.length, stalledPending),
    option: {
      ...baseOption(theme),
      grid: { left: 8, right: 48, top: 8, bottom: 8, containLabel: true },
      tooltip: { ...(baseOption(theme)['tooltip'] as object), axisPointer: { type: 'shadow' } },
      xAxis: { ...valueAxis(theme), axisLabel: { show: false }, splitLine: { show: false } },
      yAxis: {
        type: 'category',
        inverse: true,
        data: bars.map(({ label }) => label),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: theme.line } },
        axisLabel: { color: theme.textSoft },
      },
      series: [
        {
          type: 'bar',
          name: words.chart.pending,
          barMaxWidth: 16,
          data: bars.map(({ pending, color }) => ({ value: pending, itemStyle: { color } })),
          label: {
            show: true,
            position: 'right',
            color: theme.textSoft,
            formatter: ({ value }: { value: number }) => formatCount(value),
          },
          tooltip: { valueFormatter: (value: unknown) => (typeof value === 'number' ? formatCount(value) : '') },
        },
      ],
    },
    table: {
      columns: [words.chart.consumer, words.chart.health, words.chart.pending],
      rows: holders.map(({ name, pending, health }) => [
        displayBytes(name),
        words.consumer.health(health).label,
        formatCount(pending),
      ]),
    },
  }
}
