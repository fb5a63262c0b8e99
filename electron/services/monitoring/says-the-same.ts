import { isDeepStrictEqual } from 'node:util'
import type { GroupReport, StreamReport } from '../../../shared/model/monitoring'

/** Whether a page that was told the one has nothing to learn from the other: only the times of reading may differ. */
export function saysTheSame(a: StreamReport, b: StreamReport): boolean {
  return (
    a.state === b.state &&
    isDeepStrictEqual({ ...a.summary, atMs: null }, { ...b.summary, atMs: null }) &&
    a.groups.length === b.groups.length &&
    a.groups.every((group, at) => isSameGroup(group, b.groups[at]))
  )
}

function isSameGroup({ backlog: before, ...a }: GroupReport, other: GroupReport | undefined): boolean {
  if (!other) return false
  const { backlog: after, ...b } = other
  return isDeepStrictEqual(a, b) && (isDeepStrictEqual(before, after) || (isFlat(before) && isFlat(after, before[0])))
}

/** A flat line looks the same however long it is. */
function isFlat(values: readonly number[], at = values[0]): boolean {
  return values.length > 1 && values.every((value) => value === at)
}
