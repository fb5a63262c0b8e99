import { ORPCError } from '@orpc/client'
import { bytesKey } from '../../../shared/bytes'
import { groupKey } from '../../../shared/group-key'
import type { Finding } from '../../../shared/judgement/finding'
import { findingsIn } from '../../../shared/judgement/findings'
import { withoutSnoozed } from '../../../shared/judgement/without-snoozed'
import type { PendingPeek } from '../../../shared/judgement/pending-peek'
import { worstFirst, type TriageRow } from '../../../shared/judgement/triage-row'
import type { StreamReport } from '../../../shared/model/monitoring'
import { cliWords } from '../../../shared/words/en/cli-words'
import type { Call } from '../call'
import { searchStreams } from './search-streams'

export interface LookedRow extends TriageRow {
  readonly peek: PendingPeek | null
}

/** What is seen of all streams at one time, and what is made of it. */
export interface Looked {
  readonly reports: readonly StreamReport[]
  /** Groups, the worst first. */
  readonly rows: readonly LookedRow[]
  readonly findings: readonly Finding[]
  /** Findings beside these that nobody wants to be told. */
  readonly snoozed: number
  /** Groups of whose pending entries not all were looked at. */
  readonly notPeeked: number
  /** Whether the search for streams came to its end. */
  readonly isWhole: boolean
}

/** The pending entries of so many of the worst groups are waited for; the host looks at them first. */
const PEEKED = 24
/** A server may refuse to show them: no longer than this. */
const PEEKS_MS = 10_000

/**
 * One look at all streams by the host's own walk, with its budget: until each stream was read, and the pending entries of
 * the worst groups were looked at. Throws UNREACHABLE as soon as the connection is lost.
 */
export async function lookAtAll(call: Call, connectionId: string): Promise<Looked> {
  const { api, print, signal } = call
  const settings = await api.host.settings()
  const through = new AbortController()
  const either = AbortSignal.any([signal, through.signal])
  const reports = new Map<string, StreamReport>()
  let wanted: ReadonlySet<string> | null = null
  let timer: NodeJS.Timeout | undefined
  let isWhole = true

  const check = (): void => {
    if (wanted === null) return
    const read = [...wanted].filter((id) => reports.has(id)).length
    print.progress(cliWords.readingStreams(read, wanted.size))
    if (read < wanted.size) return
    const worst = rowsOf(reports.values()).slice(0, PEEKED)
    if (worst.every(isPeeked)) through.abort()
    else timer ??= setTimeout(() => through.abort(), PEEKS_MS)
  }
  const search = async (): Promise<void> => {
    const found = await searchStreams(call, connectionId, either)
    isWhole = found.isWhole
    wanted = new Set(found.keys.map(bytesKey))
    check()
  }
  const follow = async (): Promise<void> => {
    for await (const event of await api.monitoring.watch({ connectionId }, { signal: either })) {
      if (event.kind === 'begin') {
        await api.monitoring.show({ connectionId, watchId: event.watchId, keys: [], findings: 0, hidden: false })
      }
      if (event.kind !== 'streams') continue
      for (const report of event.streams) reports.set(bytesKey(report.summary.key), report)
      check()
    }
  }
  const stayConnected = async (): Promise<void> => {
    for await (const { state, error } of await api.connection.watch({ connectionId }, { signal: either })) {
      if (state !== 'open' && error !== null) throw new ORPCError(error.code, { data: error.data })
    }
  }
  try {
    await Promise.all([search, follow, stayConnected].map((work) => untilThrough(work(), through.signal)))
    signal.throwIfAborted()
  } finally {
    clearTimeout(timer)
    through.abort()
    print.progress(null)
  }
  const all = [...reports.values()].filter(({ summary }) => wanted?.has(bytesKey(summary.key)) === true)
  const rows = rowsOf(all)
  const groupReports = new Map(
    all.flatMap((report) =>
      report.summary.groups.map((group, at) => [groupKey(report.summary.key, group.name), report.groups[at]]),
    ),
  )
  const found = findingsIn(
    rows,
    all.map(({ summary }) => summary),
    {
      rates: (id) => groupReports.get(id)?.rates ?? null,
      peek: (id) => groupReports.get(id)?.peek ?? undefined,
      claims: (id) => groupReports.get(id)?.claims ?? null,
    },
    settings,
  )
  const snoozes = await api.monitoring.snoozes({ connectionId })
  const asSnoozed = new Map(snoozes.map(({ findingId, measure }) => [findingId, measure]))
  const { told: findings } = withoutSnoozed(found, asSnoozed)
  const snoozed = found.length - findings.length
  return {
    reports: all,
    rows,
    findings,
    snoozed,
    notPeeked: rows.filter((row) => !isPeeked(row)).length,
    isWhole,
  }
}

/** What ends by being through is no error. */
async function untilThrough(work: Promise<void>, through: AbortSignal): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!through.aborted) throw error
  }
}

function rowsOf(reports: Iterable<StreamReport>): readonly LookedRow[] {
  const rows = [...reports].flatMap(({ summary: { key, groups }, groups: judged }) =>
    groups.flatMap((group, at) => {
      const judgement = judged[at]
      if (judgement === undefined) return []
      const { state, isLagging, waiting, badness, peek } = judgement
      return [{ id: groupKey(key, group.name), key, group, state, isLagging, waiting, badness, peek }]
    }),
  )
  return worstFirst(rows)
}

function isPeeked({ group, peek }: LookedRow): boolean {
  return group.pending === 0 || peek?.isWhole === true
}
