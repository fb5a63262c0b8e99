import { sameBytes } from '../bytes'
import type { ClaimSeen } from '../model/claim-outcome'
import type { LastWords } from '../model/last-words'
import type { StreamSummary } from '../model/stream'
import type { Finding, FindingOf } from './finding'
import { countsHold, type Collision } from './collision'
import type { Growth } from './growth'
import { lostUnread } from './lost-unread'
import type { PendingPeek } from './pending-peek'
import type { GroupRates } from './rates'
import type { Thresholds } from './thresholds'
import type { TriageRow } from './triage-row'

/** What is known of one group beside its row; `stream`: that it is of. */
export interface GroupSources {
  readonly rates: GroupRates | null
  readonly growth: Growth | null
  readonly collision: Collision | null
  readonly peek: PendingPeek | undefined
  readonly claims: ClaimSeen | null
  readonly lastWords: LastWords
  readonly stream: StreamSummary | undefined
}

/** One rule: what it finds in a group, if anything. */
type Rule = (row: TriageRow, sources: GroupSources, limits: Thresholds) => Finding | null

/** All that is wrong with one group, in no order. A group that merely lags a little is told by `late` of `findings.ts`. */
export function groupFindings(row: TriageRow, sources: GroupSources, limits: Thresholds): readonly Finding[] {
  return RULES.flatMap((rule) => rule(row, sources, limits) ?? [])
}

const stalled: Rule = (row, { claims, lastWords }, { deadAfterMs }) => {
  const { worst, stalled: count, stalledPending } = row.group
  if (!worst || (stalledPending ?? 0) === 0) return null
  const fell = lastWords.fallen.find(({ consumer }) => sameBytes(consumer, worst.name))
  return {
    kind: worst.idleMs > deadAfterMs ? 'dead' : 'stalled',
    id: `stalled/${row.id}`,
    row,
    consumer: worst.name,
    pending: worst.pending,
    idleMs: worst.idleMs,
    others: Math.max(0, (count ?? 1) - 1),
    othersPending: Math.max(0, (stalledPending ?? 0) - worst.pending),
    claims,
    heldThen: fell?.wasWatched ? fell.held : null,
  }
}

const stuck: Rule = (row) => {
  const { worstStuck: worst, stuck: count } = row.group
  if (!worst) return null
  const { name, pending, idleMs } = worst
  return {
    kind: 'stuck',
    id: `stuck/${row.id}`,
    row,
    consumer: name,
    pending,
    idleMs,
    others: Math.max(0, (count ?? 1) - 1),
  }
}

const poison: Rule = (row, { peek }) =>
  peek && row.group.pending > 0 && peek.poison > 0 ? { kind: 'poison', id: `poison/${row.id}`, row, peek } : null

const suspect: Rule = (row, { lastWords }) => {
  const [first, ...others] = row.group.pending > 0 ? lastWords.suspects : []
  return first ? { kind: 'suspect', id: `suspect/${row.id}`, row, suspect: first, others: others.length } : null
}

const gone: Rule = (row, { peek }) =>
  peek && row.group.pending > 0 && peek.gone > 0 ? { kind: 'gone', id: `gone/${row.id}`, row, peek } : null

const beyondEnd: Rule = (row) => {
  const { beyondEnd: lastGeneratedId } = row.group
  return lastGeneratedId === null ? null : { kind: 'beyond-end', id: `beyond-end/${row.id}`, row, lastGeneratedId }
}

const trimmed: Rule = (row, { stream }) => {
  const lost = stream ? lostUnread(stream, row.group) : 0
  if (lost === 0) return null
  return { kind: 'trimmed', id: `trimmed/${row.id}`, row, lost, firstId: stream?.ends?.firstId ?? null }
}

/** Where it was trimmed beyond the group already, that is what is told. */
const overtaken: Rule = (row, { collision, stream }, { overtakenWithinMs, overtakenSoonMs }) => {
  if (!collision || !stream || !countsHold(stream, row.group)) return null
  if (collision.inMs > Math.max(overtakenWithinMs, overtakenSoonMs)) return null
  const kind = collision.inMs <= overtakenSoonMs ? 'collision-soon' : 'collision'
  return { kind, id: `collision/${row.id}`, row, collision }
}

const uneven: Rule = (row, _sources, { unevenPercent, unevenEntries, stalledAfterMs }) => {
  const { most, active } = row.group
  if (!most || (active ?? 0) < 2 || most.pending < unevenEntries) return null
  // What was just delivered is on its way through; what lies there while others are done is not.
  if (most.oldestIdleMs === null || most.oldestIdleMs <= stalledAfterMs) return null
  const percent = Math.floor((most.pending / most.ofPending) * 100)
  if (percent < unevenPercent) return null
  const { name: consumer, pending: held, oldestIdleMs: idleMs } = most
  return { kind: 'uneven', id: `uneven/${row.id}`, row, consumer, pending: held, percent, idleMs }
}

const names: Rule = (row, _sources, { spareConsumers }) => {
  const spare = row.group.spare ?? 0
  return spare < spareConsumers ? null : { kind: 'names', id: `names/${row.id}`, row, spare }
}

/** Whether entries wait for a group that no consumer reads for. Of one whose consumers hold something, these are what is told. */
export function isUnattended({ group, waiting }: TriageRow, { stalledAfterMs }: Thresholds): boolean {
  const isNobodyThere = group.consumers === 0 || (group.pending === 0 && group.alive === 0)
  return isNobodyThere && waiting.ms !== null && waiting.ms > stalledAfterMs
}

/** One finding tells why entries wait: nobody is there, they come too fast, or just that they do. */
const waits: Rule = (row, { rates, growth }, limits) => {
  if (isUnattended(row, limits)) return { kind: 'unattended', id: `unattended/${row.id}`, row }
  const rising = growing(row, growth, limits)
  if (rising) return rising
  const drainMs = rates?.drainMs ?? null
  if (!row.isLagging || (drainMs !== null && drainMs < limits.drainsSoonMs)) return null
  return { kind: 'lagging', id: `lagging/${row.id}`, row, rates }
}

function growing(
  row: TriageRow,
  growth: Growth | null,
  { laggingEntries, behindSoonMs }: Thresholds,
): FindingOf<'growing'> | null {
  if (!growth) return null
  const behindInMs = Math.max(0, ((laggingEntries - growth.lag) / growth.perSecond) * 1_000)
  return behindInMs > behindSoonMs ? null : { kind: 'growing', id: `lagging/${row.id}`, row, growth, behindInMs }
}

const RULES: readonly Rule[] = [
  stalled,
  stuck,
  poison,
  suspect,
  gone,
  beyondEnd,
  trimmed,
  overtaken,
  uneven,
  names,
  waits,
]
