import { bytesKey } from '../bytes'
import type { ClaimSeen } from '../model/claim-outcome'
import type { LastWords } from '../model/last-words'
import type { StoppedRule } from '../model/rule-stop'
import type { StreamSummary } from '../model/stream'
import type { Finding, FindingOf } from './finding'
import { weighFinding } from './finding-weight'
import { groupFindings } from './group-findings'
import type { Collision } from './collision'
import type { Growth } from './growth'
import type { PendingPeek } from './pending-peek'
import { memoryFindings, type NearlyFull } from './memory-findings'
import type { GroupRates } from './rates'
import { NAMED, streamFindings, unreadable } from './stream-findings'
import type { Thresholds } from './thresholds'
import { toldAlone, toldTogether, type ToldFindings } from './told-findings'
import type { TriageRow } from './triage-row'
import type { VanishedGroup } from './vanished'
import { vanishedFindings } from './vanished-findings'

/** Up to so many groups with a small lag are told one by one. */
const FEW_LATE = 3

const NOBODY: LastWords = { fallen: [], suspects: [] }

/** What is known beside the figures of the last look. */
export interface FindingSources {
  readonly rates: (groupId: string) => GroupRates | null
  readonly peek: (groupId: string) => PendingPeek | undefined
  readonly growth?: (groupId: string) => Growth | null
  readonly collision?: (groupId: string) => Collision | null
  readonly lastWords?: (groupId: string) => LastWords
  readonly claims?: (groupId: string) => ClaimSeen | null
  /** In the order in which they were missed. */
  readonly vanished?: readonly VanishedGroup[]
  readonly nearlyFull?: readonly NearlyFull[]
  readonly stoppedRules?: readonly StoppedRule[]
}

/** What is wrong, as it is told. `rows`: worst first. */
export function findingsIn(...args: Parameters<typeof allFindings>): readonly Finding[] {
  return allFindings(...args).told
}

/** The same, and each by itself. */
export function allFindings(
  rows: readonly TriageRow[],
  summaries: Iterable<StreamSummary>,
  sources: FindingSources,
  thresholds: Thresholds,
): ToldFindings {
  const { rates, peek, growth = () => null, collision = () => null, claims = () => null } = sources
  const { lastWords = () => NOBODY } = sources
  const { vanished = [], nearlyFull = [], stoppedRules = [] } = sources
  const streams = new Map([...summaries].map((summary) => [bytesKey(summary.key), summary]))
  const found: Finding[] = []
  const late: FindingOf<'lagging'>[] = []
  for (const row of rows) {
    const known = {
      ...{ rates: rates(row.id), peek: peek(row.id), growth: growth(row.id), claims: claims(row.id) },
      collision: collision(row.id),
      lastWords: lastWords(row.id),
      stream: streams.get(bytesKey(row.key)),
    }
    for (const finding of groupFindings(row, known, thresholds)) {
      const isSmall = finding.kind === 'lagging' && Number(row.group.lag.value ?? 0) < thresholds.laggingEntries
      if (isSmall) late.push(finding)
      else found.push(finding)
    }
  }
  for (const stream of streams.values()) found.push(...streamFindings(stream, thresholds))
  found.push(...memoryFindings([...streams.values()], nearlyFull), ...stoppedRules.map(stoppedFinding))
  const parts = [toldAlone(found), lateFindings(late), unreadable(streams.values()), vanishedFindings(vanished)]
  return {
    told: byWeight(
      parts.flatMap(({ told }) => told),
      (finding) => finding,
    ),
    singles: byWeight(
      parts.flatMap(({ singles }) => singles),
      ({ finding }) => finding,
    ),
  }
}

function byWeight<T>(all: readonly T[], findingOf: (one: T) => Finding): readonly T[] {
  return all
    .map((one) => ({ one, weight: weighFinding(findingOf(one)) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ one }) => one)
}

/** Each stop is one of its own: what was told, or snoozed, of an earlier one is not said of it. */
function stoppedFinding(stopped: StoppedRule): Finding {
  return { kind: 'rule-stopped', id: `rule-stopped/${stopped.ruleId}/${stopped.atMs}`, ...stopped }
}

/** A few groups with a small lag for long are told one by one; many would bury the rest, and are told together. */
function lateFindings(late: readonly FindingOf<'lagging'>[]): ToldFindings {
  if (late.length <= FEW_LATE) return toldAlone(late)
  const rows = late.map(({ row }) => row)
  const mostMs = rows.reduce((most, { waiting }) => Math.max(most, waiting.ms ?? 0), 0)
  const groups = rows.length
  return toldTogether(late, { kind: 'late', id: 'late', groups, rows: rows.slice(0, NAMED), mostMs })
}
