import type { Bytes } from '../bytes'
import type { EntryId } from '../entry-id'
import type { GroupSummary, StreamSummary } from '../model/stream'
import type { PendingPeek } from './pending-peek'
import type { GroupRates } from './rates'
import type { Thresholds } from './thresholds'
import type { TriageRow } from './triage-row'

/** Up to so many groups with a small lag are told one by one. */
const FEW_LATE = 3
/** Of many that are told together, so many are named. */
const NAMED = 3

export type Finding =
  | {
      readonly kind: 'stalled'
      readonly id: string
      readonly row: TriageRow
      readonly consumer: Bytes
      readonly pending: number
      readonly idleMs: number
      /** Other stalled consumers, and what they hold. */
      readonly others: number
      readonly othersPending: number
    }
  /** A consumer that is alive and does not touch what it holds. */
  | {
      readonly kind: 'stuck'
      readonly id: string
      readonly row: TriageRow
      readonly consumer: Bytes
      readonly pending: number
      /** Since the first of its pending entries was last delivered. */
      readonly idleMs: number
      /** Other consumers like it. */
      readonly others: number
    }
  | { readonly kind: 'poison'; readonly id: string; readonly row: TriageRow; readonly peek: PendingPeek }
  | { readonly kind: 'gone'; readonly id: string; readonly row: TriageRow; readonly peek: PendingPeek }
  | { readonly kind: 'lagging'; readonly id: string; readonly row: TriageRow; readonly rates: GroupRates | null }
  /** A group beyond its stream's last generated id: what is added up to where it stands is never delivered to it. */
  | { readonly kind: 'beyond-end'; readonly id: string; readonly row: TriageRow; readonly lastGeneratedId: EntryId }
  /** Many groups, each with a few entries that wait for long; the first of them by name. */
  | {
      readonly kind: 'late'
      readonly id: string
      readonly groups: number
      readonly rows: readonly TriageRow[]
      readonly mostMs: number
    }
  /** Streams that could not be read for the same reason; the first of them by name. */
  | {
      readonly kind: 'unreadable'
      readonly id: string
      readonly streams: number
      readonly keys: readonly Bytes[]
      readonly error: NonNullable<StreamSummary['error']>
    }

interface FindingSources {
  readonly rates: (groupId: string) => GroupRates | null
  readonly peek: (groupId: string) => PendingPeek | undefined
}

type FindingThresholds = Pick<Thresholds, 'laggingEntries' | 'drainsSoonMs'>

/** What is wrong, what matters most first. `rows`: worst first. */
export function findingsIn(
  rows: readonly TriageRow[],
  summaries: Iterable<StreamSummary>,
  sources: FindingSources,
  { laggingEntries, drainsSoonMs }: FindingThresholds,
): readonly Finding[] {
  const found: Finding[] = []
  const late: TriageRow[] = []
  for (const row of rows) {
    const { worst, worstStuck, pending, stalledPending, beyondEnd } = row.group
    if (worst && (stalledPending ?? 0) > 0) found.push(stalledFinding(row, worst))
    if (worstStuck) found.push(stuckFinding(row, worstStuck))
    const peek = pending > 0 ? sources.peek(row.id) : undefined
    if (peek && peek.poison > 0) found.push({ kind: 'poison', id: `poison/${row.id}`, row, peek })
    if (peek && peek.gone > 0) found.push({ kind: 'gone', id: `gone/${row.id}`, row, peek })
    if (beyondEnd !== null)
      found.push({ kind: 'beyond-end', id: `beyond-end/${row.id}`, row, lastGeneratedId: beyondEnd })
    if (!row.isLagging) continue
    const rates = sources.rates(row.id)
    if (rates?.drainMs !== null && rates?.drainMs !== undefined && rates.drainMs < drainsSoonMs) continue
    if (Number(row.group.lag.value ?? 0) < laggingEntries) late.push(row)
    else found.push({ kind: 'lagging', id: `lagging/${row.id}`, row, rates })
  }
  found.push(...lateFindings(late, sources), ...unreadable(summaries))
  return found
    .map((finding) => ({ finding, weight: weigh(finding) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ finding }) => finding)
}

// Entries that nobody works on weigh most; each doubling of what is concerned counts one.
function weigh(finding: Finding): number {
  switch (finding.kind) {
    case 'stalled':
      return 10 + Math.log2(finding.pending + finding.othersPending)
    case 'stuck':
      return 9.5 + Math.log2(finding.pending)
    case 'poison':
      return 9 + 1.5 * Math.log2(Number(finding.peek.mostDeliveries))
    case 'gone':
      return 9 + Math.log2(finding.peek.gone)
    case 'lagging':
      return 2 + Math.log2(Math.max(1, Number(finding.row.group.lag.value ?? 1)))
    case 'late':
      return 6
    case 'beyond-end':
      return 9
    case 'unreadable':
      return 8
  }
}

/** A few groups with a small lag for long are told one by one; many would bury the rest, and are told together. */
function lateFindings(rows: readonly TriageRow[], { rates }: FindingSources): readonly Finding[] {
  if (rows.length <= FEW_LATE) {
    return rows.map((row) => ({ kind: 'lagging', id: `lagging/${row.id}`, row, rates: rates(row.id) }))
  }
  const mostMs = rows.reduce((most, { waiting }) => Math.max(most, waiting.ms ?? 0), 0)
  return [{ kind: 'late', id: 'late', groups: rows.length, rows: rows.slice(0, NAMED), mostMs }]
}

function stalledFinding(row: TriageRow, worst: NonNullable<TriageRow['group']['worst']>): Finding {
  return {
    kind: 'stalled',
    id: `stalled/${row.id}`,
    row,
    consumer: worst.name,
    pending: worst.pending,
    idleMs: worst.idleMs,
    others: Math.max(0, (row.group.stalled ?? 1) - 1),
    othersPending: Math.max(0, (row.group.stalledPending ?? 0) - worst.pending),
  }
}

/** One text for errors that are the same. Where it is the server's reply, whatever the command. */
function causeOf({ code, data }: NonNullable<StreamSummary['error']>): string {
  const isReply = typeof data === 'object' && data !== null && 'reply' in data && typeof data.reply === 'string'
  return `${code} ${isReply ? String(data.reply) : JSON.stringify(data)}`
}

function stuckFinding(row: TriageRow, { name, pending, idleMs }: NonNullable<GroupSummary['worstStuck']>): Finding {
  const others = Math.max(0, (row.group.stuck ?? 1) - 1)
  return { kind: 'stuck', id: `stuck/${row.id}`, row, consumer: name, pending, idleMs, others }
}

function unreadable(summaries: Iterable<StreamSummary>): readonly Finding[] {
  const byCause = new Map<string, { keys: Bytes[]; error: NonNullable<StreamSummary['error']> }>()
  for (const { key, error } of summaries) {
    // A stream that was deleted since the scan is no trouble.
    if (!error || error.code === 'NOT_FOUND') continue
    const cause = causeOf(error)
    const same = byCause.get(cause)
    if (same) same.keys.push(key)
    else byCause.set(cause, { keys: [key], error })
  }
  return [...byCause].map(([cause, { keys, error }]) => ({
    kind: 'unreadable',
    id: `unreadable/${cause}`,
    streams: keys.length,
    keys: keys.slice(0, NAMED),
    error,
  }))
}
