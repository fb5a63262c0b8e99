import { findingCards } from '../../../shared/judgement/finding-cards'
import { findingsIn } from '../../../shared/judgement/findings'
import { streamState } from '../../../shared/judgement/stream-health'
import { defaultThresholds } from '../../../shared/judgement/thresholds'
import { triageRows, worstFirst } from '../../../shared/judgement/triage-row'
import type { MonitoringEvent, StreamReport } from '../../../shared/model/monitoring'
import type { VanishedGroup } from '../../../shared/judgement/vanished'
import type { StreamSummary } from '../../../shared/model/stream'

/** What the host reports of a stream that it has read once. */
export function reportOf(summary: StreamSummary): StreamReport {
  const rows = triageRows(summary, defaultThresholds)
  const groups = rows.map(({ id: _id, key: _key, group, ...judgement }) => {
    const backlog = [group.pending + Number(group.lag.value ?? 0)]
    return { ...judgement, rates: null, backlog, peek: null, claims: null }
  })
  return {
    summary,
    readAtMs: 0,
    state: streamState(
      summary,
      rows.map(({ state }) => state),
    ),
    groups,
  }
}

/** What the host tells a page that begins to follow. */
export function monitored(
  summaries: readonly StreamSummary[],
  lost: readonly VanishedGroup[] = [],
  watchId = 'w1',
  snoozed = 0,
): readonly MonitoringEvent[] {
  const rows = worstFirst(summaries.flatMap((one) => triageRows(one, defaultThresholds)))
  const sources = { rates: () => null, peek: () => undefined, vanished: lost }
  const findings = findingsIn(rows, summaries, sources, defaultThresholds)
  const cards = findingCards(findings)
  return [
    { kind: 'begin', watchId },
    { kind: 'streams', streams: summaries.map(reportOf) },
    {
      kind: 'findings',
      findings,
      count: cards.length,
      bad: cards.filter(({ health }) => health === 'bad').length,
      snoozed,
    },
    { kind: 'judged', streams: summaries.length },
  ]
}
