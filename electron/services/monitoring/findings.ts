import { isDeepStrictEqual } from 'node:util'
import { findingsIn, type Finding } from '../../../shared/judgement/findings'
import type { Thresholds } from '../../../shared/judgement/thresholds'
import { worstFirst, type TriageRow } from '../../../shared/judgement/triage-row'
import type { GroupReport } from '../../../shared/model/monitoring'
import type { KnownStream } from './known-streams'

/** All groups with the worst first, and what is wrong with them. */
export interface Judged {
  readonly rows: readonly TriageRow[]
  readonly findings: readonly Finding[]
}

/** What is made of all streams together; they come by name, which settles ties. */
export function judgeAll(streams: readonly KnownStream[], thresholds: Thresholds): Judged {
  const reports = new Map<string, GroupReport>()
  for (const { rows, report } of streams) {
    rows.forEach(({ id }, at) => {
      const group = report.groups[at]
      if (group) reports.set(id, group)
    })
  }
  const rows = worstFirst(streams.flatMap((stream) => stream.rows))
  const sources = {
    rates: (id: string) => reports.get(id)?.rates ?? null,
    peek: (id: string) => reports.get(id)?.peek ?? undefined,
  }
  const summaries = streams.map(({ report }) => report.summary)
  return { rows, findings: findingsIn(rows, summaries, sources, thresholds) }
}

export function areSameFindings(a: readonly Finding[], b: readonly Finding[]): boolean {
  return a.length === b.length && isDeepStrictEqual(a, b)
}
