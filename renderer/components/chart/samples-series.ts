import { displayBytes } from '../../../shared/bytes'
import type { Samples } from '../../../shared/model/sample'
import { words } from '../../../shared/words/words'
import type { TrendSeries } from './trend-chart'

/** The stream's length over the time watched. */
export function lengthSeries({ length }: Samples): readonly TrendSeries[] {
  return [{ name: words.chart.length, values: length }]
}

/** One figure of every group. */
export function groupSeries({ groups }: Samples, figure: 'pending' | 'lag'): readonly TrendSeries[] {
  return groups.map((group) => ({ name: displayBytes(group.name), values: group[figure] }))
}
