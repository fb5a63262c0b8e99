import type { Bytes } from '../../shared/bytes'
import type { Count } from '../../shared/count'
import type { EntryId } from '../../shared/entry-id'
import type { StreamSummary } from '../../shared/model/stream'
import type { GroupRates } from './group-history'
import type { TriageRow } from './triage-rows'

/** What the oldest pending entries of a group look like. */
export interface PendingPeek {
  readonly looked: number
  readonly mostDeliveries: Count
  /** The entry that was delivered most often. */
  readonly mostId: EntryId
  /** Of those looked at: delivered at least POISON_DELIVERIES times. */
  readonly poison: number
  /** Of those looked at: no longer in the stream. */
  readonly gone: number
}

/** From this many deliveries on, an entry is taken to fail whoever gets it. */
export const POISON_DELIVERIES = 5
/** A lag that is gone within this is no finding. */
const SOON_MS = 5 * 60_000

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
  | { readonly kind: 'poison'; readonly id: string; readonly row: TriageRow; readonly peek: PendingPeek }
  | { readonly kind: 'gone'; readonly id: string; readonly row: TriageRow; readonly peek: PendingPeek }
  | { readonly kind: 'lagging'; readonly id: string; readonly row: TriageRow; readonly rates: GroupRates | null }
  | { readonly kind: 'unreadable'; readonly id: string; readonly keys: readonly Bytes[]; readonly error: unknown }

interface FindingSources {
  readonly rates: (groupId: string) => GroupRates | null
  readonly peek: (groupId: string) => PendingPeek | undefined
}

/** What is wrong, worst first. `rows` are in that order already. */
export function findingsIn(
  rows: readonly TriageRow[],
  summaries: Iterable<StreamSummary>,
  sources: FindingSources,
): readonly Finding[] {
  const stalled: Finding[] = []
  const poison: Finding[] = []
  const gone: Finding[] = []
  const lagging: Finding[] = []
  for (const row of rows) {
    const { worst } = row.group
    if (worst && (row.group.stalledPending ?? 0) > 0) stalled.push(stalledFinding(row, worst))
    const peek = sources.peek(row.id)
    if (peek && row.group.pending > 0 && peek.poison > 0)
      poison.push({ kind: 'poison', id: `poison/${row.id}`, row, peek })
    if (peek && row.group.pending > 0 && peek.gone > 0) gone.push({ kind: 'gone', id: `gone/${row.id}`, row, peek })
    if (!row.isLagging) continue
    const rates = sources.rates(row.id)
    const isDraining = rates?.drainMs !== null && rates?.drainMs !== undefined && rates.drainMs < SOON_MS
    if (!isDraining) lagging.push({ kind: 'lagging', id: `lagging/${row.id}`, row, rates })
  }
  return [...stalled, ...poison, ...gone, ...lagging, ...unreadable(summaries)]
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

function unreadable(summaries: Iterable<StreamSummary>): readonly Finding[] {
  const byCode = new Map<string, { keys: Bytes[]; error: unknown }>()
  for (const { key, error } of summaries) {
    // A stream that was deleted since the scan is no trouble.
    if (!error || error.code === 'NOT_FOUND') continue
    const same = byCode.get(error.message)
    if (same) same.keys.push(key)
    else byCode.set(error.message, { keys: [key], error })
  }
  return [...byCode].map(([message, { keys, error }]) => ({
    kind: 'unreadable',
    id: `unreadable/${message}`,
    keys,
    error,
  }))
}
