import { formatLag } from '../../../shared/format/format-lag'
import type { StreamSummary } from '../../../shared/model/stream'
import { UNKNOWN } from './cells'
import type { Cell } from './table'

/** Of the group that is the furthest behind, as far as the lag of all is known. */
export function mostLag({
  groups,
  moreGroups,
}: Pick<StreamSummary, 'moreGroups'> & {
  readonly groups: readonly Pick<StreamSummary['groups'][number], 'lag'>[]
}): Cell {
  const known = groups.map(({ lag }) => lag).filter(({ value, kind }) => value !== null && kind !== 'unknown')
  const [first, ...rest] = known
  if (groups.length + moreGroups === 0) return '-'
  if (first === undefined) return UNKNOWN
  const most = rest.reduce((a, b) => (Number(b.value) > Number(a.value) ? b : a), first)
  if (known.length === groups.length && moreGroups === 0) return formatLag(most)
  return Number(most.value) === 0 ? UNKNOWN : formatLag({ value: most.value, kind: 'atLeast' })
}
