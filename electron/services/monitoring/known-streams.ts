import { bytesKey, sameBytes, type Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { groupKey } from '../../../shared/group-key'
import { collisionOf, type Collision } from '../../../shared/judgement/collision'
import { growthOf, type Growth } from '../../../shared/judgement/growth'
import { isPoison, type PendingPeek } from '../../../shared/judgement/pending-peek'
import { backlog, ratesOf } from '../../../shared/judgement/rates'
import { streamState } from '../../../shared/judgement/stream-health'
import type { Thresholds } from '../../../shared/judgement/thresholds'
import { triageRows, type TriageRow } from '../../../shared/judgement/triage-row'
import type { ClaimSeen } from '../../../shared/model/claim-outcome'
import type { StreamReport } from '../../../shared/model/monitoring'
import type { GroupSummary, StreamSummary } from '../../../shared/model/stream'
import { honestLag, type LagCount } from '../inspection/lag'
import type { LagToCount } from './lag-counts'
import { createStreamHistory, type StreamHistory } from './stream-history'
import { createWaits } from './waits'
import { saysTheSame } from './says-the-same'

/** Groups of one connection whose figures are kept over time; of more there are no rates and no trend. */
export const MOST_HISTORIES = 20_000

/** What the last look at a stream left for the next. */
export interface LookState {
  /** With which group it begins. */
  readonly first: number
  /** Its entries are large: they are left alone. */
  readonly large: boolean
  /** Of which process of the server it is told: `runNumber`. */
  readonly run: number | null
}

export interface KnownStream extends LookState {
  readonly report: StreamReport
  readonly rows: readonly TriageRow[]
  /** One by one as the rows: how their lags grow. */
  readonly growths: readonly (Growth | null)[]
  /** The same: where trims overtake them. */
  readonly collisions: readonly (Collision | null)[]
  readonly deleted: Deleted
  readonly history: StreamHistory
}

/**
 * What was read of a connection's streams and what is made of it. Histories take 2.9 KB for each of at most 20 000 groups
 * whose figures move (58 MB at the very most; 5 000 groups with figures below 2^24: 8 MB), and 0.7 to 1.6 KB per stream.
 */
export interface KnownStreams {
  /** Takes in what was read; gives whether there is something new to tell. */
  note(summary: StreamSummary, atMs: number, look?: LookState): boolean
  /** What its pending entries look like. */
  notePeek(key: Bytes, groupId: string, peek: PendingPeek | null): boolean
  /** What was counted of a group's unread entries, if it and its stream still stand where they stood. */
  noteCount(key: Bytes, asked: Pick<LagToCount, 'name' | 'after' | 'upTo' | 'facts'>, count: LagCount): boolean
  /** Judges all of them again. */
  judgeAgain(): void
  get(id: string): KnownStream | undefined
  /** By `bytesKey`, what was read the longest ago first. */
  all(): ReadonlyMap<string, KnownStream>
  forget(id: string): void
  /** Bytes of all histories. */
  bytes(): number
}

/** What was seen of the last claim in a group. */
export type ClaimsOf = (key: Bytes, group: Bytes) => ClaimSeen | null

type Seen = Pick<KnownStream, 'history' | 'deleted' | keyof LookState>

/** Up to where entries were deleted by id, and since when that is so: before, what went was not trimmed. */
interface Deleted {
  readonly upTo: EntryId | null
  readonly sinceMs: number
}

export function createKnownStreams(thresholds: () => Thresholds, claims: ClaimsOf = () => null): KnownStreams {
  const streams = new Map<string, KnownStream>()
  const peeks = new Map<string, PendingPeek>()
  const waits = createWaits()
  /** Groups of which all that was pending was looked at once. */
  const wholes = new Set<string>()
  let histories = 0

  const judge = (
    summary: StreamSummary,
    { history, deleted, first, large, run }: Seen,
    readAtMs: number,
  ): KnownStream => {
    for (const { name, pending, mostDeliveries } of summary.groups) {
      if (pending === 0 || mostDeliveries !== null) wholes.add(groupKey(summary.key, name))
    }
    const peeked = (id: string): PendingPeek | null => peeks.get(id) ?? null
    const rows = triageRows(summary, thresholds(), waits.of, peeked, (id) => wholes.has(id))
    const seen = rows.map(({ group }) => history.samples(group.name))
    const groups = rows.map(({ id, key: _key, group, ...judgement }, at) => {
      const samples = seen[at] ?? []
      const peek = group.pending > 0 ? (peekOf(id, group) ?? null) : null
      const seenClaims = claims(summary.key, group.name)
      return { ...judgement, rates: ratesOf(samples), backlog: backlog(samples), peek, claims: seenClaims }
    })
    return {
      rows,
      growths: seen.map(growthOf),
      collisions: seen.map((samples) => collisionOf(samples.filter(({ atMs }) => atMs >= deleted.sinceMs))),
      deleted,
      history,
      ...{ first, large, run },
      report: {
        summary,
        readAtMs,
        state: streamState(
          summary,
          rows.map(({ state }) => state),
        ),
        groups,
      },
    }
  }
  /** Where the summary tells that no entry fails any more, that is the newer word. */
  const peekOf = (id: string, { mostDeliveries }: GroupSummary): PendingPeek | undefined => {
    const peek = peeks.get(id)
    const hasPoison = mostDeliveries === null || isPoison({ deliveries: mostDeliveries }, thresholds())
    return peek && !hasPoison ? { ...peek, poison: 0 } : peek
  }
  const noteWaits = ({ key, groups, atMs, lastId }: StreamSummary): void => {
    const hereMs = performance.now()
    for (const { name, unread } of groups) {
      const firstId = unread?.firstId ?? null
      waits.note(groupKey(key, name), firstId === null || atMs === null ? null : { atMs, hereMs, firstId, lastId })
    }
  }
  const replace = (id: string, next: KnownStream): boolean => {
    const before = streams.get(id)?.report
    streams.set(id, next)
    return before === undefined || !saysTheSame(before, next.report)
  }

  return {
    note(summary, atMs, look = { first: 0, large: false, run: null }) {
      const id = bytesKey(summary.key)
      const before = streams.get(id)
      const history = before?.history ?? createStreamHistory()
      histories -= history.groups()
      history.add(atMs, summary, MOST_HISTORIES - histories - history.groups(), look.run)
      histories += history.groups()
      noteWaits(summary)
      const upTo = summary.ends?.maxDeletedId ?? null
      const isSame = before !== undefined && before.deleted.upTo === upTo
      const deleted = isSame ? before.deleted : { upTo, sinceMs: atMs }
      const next = judge(summary, { history, deleted, ...look }, atMs)
      // To the end: what was read last.
      streams.delete(id)
      if (before) streams.set(id, before)
      return replace(id, next)
    },
    notePeek(key, groupId, peek) {
      if (peek === null || peek.isWhole) wholes.add(groupId)
      if (peek) peeks.set(groupId, peek)
      else peeks.delete(groupId)
      const id = bytesKey(key)
      const known = streams.get(id)
      return known !== undefined && replace(id, judge(known.report.summary, known, known.report.readAtMs))
    },
    noteCount(key, { name, after, upTo, facts }, count) {
      const id = bytesKey(key)
      const known = streams.get(id)
      const { summary } = known?.report ?? {}
      const isIt = (group: GroupSummary): boolean => sameBytes(group.name, name) && group.lastDeliveredId === after
      if (!known || summary?.lastId !== upTo || !summary.groups.some(isIt)) return false
      const groups = summary.groups.map((group) => (isIt(group) ? { ...group, lag: honestLag(facts, count) } : group))
      return replace(id, judge({ ...summary, groups }, known, known.report.readAtMs))
    },
    judgeAgain() {
      for (const [id, known] of streams) streams.set(id, judge(known.report.summary, known, known.report.readAtMs))
    },
    get: (id) => streams.get(id),
    all: () => streams,
    forget(id) {
      const known = streams.get(id)
      if (!known) return
      histories -= known.history.groups()
      for (const row of known.rows) {
        peeks.delete(row.id)
        wholes.delete(row.id)
        waits.forget(row.id)
      }
      streams.delete(id)
    },
    bytes: () => [...streams.values()].reduce((sum, { history }) => sum + history.bytes(), 0),
  }
}
