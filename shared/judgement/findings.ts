import { bytesKey } from '../bytes'
import type { StreamSummary } from '../model/stream'
import type { Finding, FindingOf } from './finding'
import { weighFinding } from './finding-weight'
import { groupFindings } from './group-findings'
import type { Growth } from './growth'
import type { PendingPeek } from './pending-peek'
import type { GroupRates } from './rates'
import { NAMED, streamFindings, unreadable } from './stream-findings'
import type { Thresholds } from './thresholds'
import type { TriageRow } from './triage-row'
import type { VanishedGroup } from './vanished'
import { vanishedFindings } from './vanished-findings'

/** Up to so many groups with a small lag are told one by one. */
const FEW_LATE = 3

/** What is known beside the figures of the last look. */
export interface FindingSources {
  readonly rates: (groupId: string) => GroupRates | null
  readonly peek: (groupId: string) => PendingPeek | undefined
  readonly growth?: (groupId: string) => Growth | null
  /** In the order in which they were missed. */
  readonly vanished?: readonly VanishedGroup[]
}

/** What is wrong, what matters most first. `rows`: worst first. */
export function findingsIn(
  rows: readonly TriageRow[],
  summaries: Iterable<StreamSummary>,
  { rates, peek, growth = () => null, vanished = [] }: FindingSources,
  thresholds: Thresholds,
): readonly Finding[] {
  const streams = new Map([...summaries].map((summary) => [bytesKey(summary.key), summary]))
  const found: Finding[] = []
  const late: FindingOf<'lagging'>[] = []
  for (const row of rows) {
    const sources = {
      ...{ rates: rates(row.id), peek: peek(row.id), growth: growth(row.id), stream: streams.get(bytesKey(row.key)) },
    }
    for (const finding of groupFindings(row, sources, thresholds)) {
      const isSmall = finding.kind === 'lagging' && Number(row.group.lag.value ?? 0) < thresholds.laggingEntries
      if (isSmall) late.push(finding)
      else found.push(finding)
    }
  }
  for (const stream of streams.values()) found.push(...streamFindings(stream, thresholds))
  found.push(...lateFindings(late), ...unreadable(streams.values()), ...vanishedFindings(vanished))
  return found
    .map((finding) => ({ finding, weight: weighFinding(finding) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ finding }) => finding)
}

/** A few groups with a small lag for long are told one by one; many would bury the rest, and are told together. */
function lateFindings(late: readonly FindingOf<'lagging'>[]): readonly Finding[] {
  if (late.length <= FEW_LATE) return late
  const rows = late.map(({ row }) => row)
  const mostMs = rows.reduce((most, { waiting }) => Math.max(most, waiting.ms ?? 0), 0)
  return [{ kind: 'late', id: 'late', groups: rows.length, rows: rows.slice(0, NAMED), mostMs }]
}
