import type { StreamReport } from '../../../shared/model/monitoring'
import { MOST_GROUPS_TOLD } from '../../../shared/monitoring-limits'

/** A report as a page is told it: of very many groups the worst, in their order, and how many there are beside. */
export function toldReport(report: StreamReport): StreamReport {
  const { groups } = report
  if (groups.length <= MOST_GROUPS_TOLD) return report
  const worst = new Set([...groups].sort((a, b) => b.badness - a.badness).slice(0, MOST_GROUPS_TOLD))
  const isKept = (at: number): boolean => groups[at] !== undefined && worst.has(groups[at])
  const kept = report.summary.groups.filter((_, at) => isKept(at))
  const summary = { ...report.summary, groups: kept, moreGroups: groups.length - kept.length }
  return { ...report, summary, groups: groups.filter((_, at) => isKept(at)) }
}
