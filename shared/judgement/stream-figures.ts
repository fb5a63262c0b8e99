import type { Lag } from '../model/group'
import type { StreamSummary } from '../model/stream'

interface Groups extends Pick<StreamSummary, 'moreGroups'> {
  readonly groups: readonly { readonly lag: Lag; readonly pending: number }[]
}

export interface StreamFigures {
  readonly pending: number
  /** There are groups beside: it is at least so many. */
  readonly isLeast: boolean
  /** Of the group that is furthest behind; null: it has no groups. */
  readonly lag: Lag | null
}

/** What all groups of a stream have to do. */
export function streamFigures({ groups, moreGroups }: Groups): StreamFigures {
  const pending = groups.reduce((sum, group) => sum + group.pending, 0)
  return { pending, isLeast: moreGroups > 0, lag: greatestLag(groups, moreGroups) }
}

/** With its mark; where another group may be further behind, an exact one is the least that it can be, and 0 says nothing. */
function greatestLag(groups: Groups['groups'], moreGroups: number): Lag | null {
  if (groups.length + moreGroups === 0) return null
  const known = groups.flatMap(({ lag }) => (lag.value === null ? [] : [lag]))
  const [first, ...rest] = known
  if (first === undefined) return { value: null, kind: 'unknown' }
  const most = rest.reduce((a, b) => (Number(b.value) > Number(a.value) ? b : a), first)
  const value = Number(most.value)
  const isOpen = moreGroups > 0 || groups.some(({ lag }) => lag !== most && mostOf(lag) > value)
  if (!isOpen || most.kind !== 'exact') return most
  return value <= 0 ? { value: null, kind: 'unknown' } : { value: most.value, kind: 'atLeast' }
}

function mostOf({ value, kind, atMost }: Lag): number {
  return kind === 'exact' ? Number(value) : Number(atMost ?? Infinity)
}
