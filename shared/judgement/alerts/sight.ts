import { sameBytes } from '../../bytes'
import type { GroupReport, StreamReport } from '../../model/monitoring'
import type { GroupSummary } from '../../model/stream'
import type { FindingKind } from '../finding'
import type { Subject } from './trouble'

/** A stream as it was read last; `gone`: there is none of that name; null: not known. */
export type SeenStream = StreamReport | 'gone' | null

/** Whether a finding that is not there has been looked for, so that it is cured, and not only out of sight. */
export function wasLookedFor({ kind, group: name }: Subject, seen: SeenStream): boolean {
  // Whoever judges knows of all rules.
  if (kind === 'rule-stopped') return true
  if (seen === null) return false
  if (seen === 'gone') return kind !== 'vanished'
  const { summary, groups } = seen
  if (summary.error !== null) return summary.error.code === 'NOT_FOUND' && kind !== 'vanished'
  if (name === null) return summary.atMs !== null && !(kind === 'untrimmed' && summary.entriesAdded === null)
  const at = summary.groups.findIndex((one) => sameBytes(one.name, name))
  const group = summary.groups[at]
  const report = groups[at]
  // What was missed is found again, or it is missed still.
  if (!group || !report) return summary.moreGroups === 0 && kind !== 'vanished'
  return wasSeen(kind, group, report, summary.large)
}

function wasSeen(kind: FindingKind, group: GroupSummary, report: GroupReport, large: boolean): boolean {
  switch (kind) {
    case 'stalled':
    case 'dead':
    case 'stuck':
      return group.pending === 0 || group.stalled !== null
    case 'uneven':
      return group.pending === 0 || group.active !== null
    case 'poison':
    case 'gone':
      return group.pending === 0 || report.peek !== null
    case 'lagging':
    case 'late':
    case 'unattended':
      return group.lag.kind !== 'unknown' || report.waiting.ms !== null || report.waiting.kind === 'none'
    // Who judges knows of all that fell silent.
    case 'suspect':
      return true
    case 'growing':
      return report.rates !== null || Number(group.lag.value ?? 1) <= 0
    case 'collision':
    case 'collision-soon':
      return !large && report.rates !== null
    case 'trimmed':
    case 'beyond-end':
      return !large
    case 'names':
    case 'vanished':
    case 'memory':
    case 'untrimmed':
    case 'dead-letters':
    case 'rule-stopped':
    case 'unreadable':
      return true
  }
}
