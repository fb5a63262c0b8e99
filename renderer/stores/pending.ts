import { defineStore } from 'pinia'
import { bytesKey, type Bytes } from '../../shared/bytes'
import { compareIds, type EntryId } from '../../shared/entry-id'
import type { HeldEntry } from '../../shared/model/entry'
import type { PendingEntry, PendingSummary } from '../../shared/model/pending'
import type { Criteria } from '../../shared/model/selection'
import { api } from '../api/client'
import { readBackward, type ReadForward } from './backward-probe'
import { idToNumber } from './id-arithmetic'
import { entryWeight } from './entries'
import { createLeastRecent } from './least-recent'
import { maskKey } from './mask-key'
import { createPagedList, type Again, type Page, type PagedList, type ReadPage } from './paged-list'
import { createResources } from './resources'
import { groupTargetKey, type GroupTarget } from './targets'

const LISTS_KEPT = 4
// With its body each row costs a reading of its own on the server.
const PAGE_SIZE = 100

/** What of a group's pending list is shown: all, one consumer's, what matches. */
export interface PendingScope {
  readonly consumer: Bytes | null
  /** Null: all of it. */
  readonly criteria: Criteria | null
}

/**
 * Pages of the pending list of a group, or of one consumer. XPENDING reads forwards only; back is found by probing. A
 * filtered list is searched a stretch at a time: its pages may be empty and still go on.
 */
function readPending(target: GroupTarget, { consumer, criteria }: PendingScope): ReadPage<PendingEntry> {
  const { connectionId, key, group } = target
  const stretch = async (
    { from, after, count }: Parameters<ReadForward<PendingEntry>>[0],
    wanted: Criteria | null,
    signal: AbortSignal,
    again?: Again<PendingEntry>,
  ): Promise<Page<PendingEntry>> => {
    const { entries, next, walked, untold } = await api().pending.page(
      {
        connectionId,
        key,
        group,
        count,
        bodies: true,
        ...(consumer === null ? {} : { consumer }),
        ...(wanted === null ? {} : { criteria: wanted }),
        ...(from === undefined ? {} : { from }),
        ...(after === undefined ? {} : { after }),
        ...(again && { held: { entries: again.rows.flatMap(asHeld), round: again.round } }),
      },
      { signal },
    )
    const held = new Map(again?.rows.map((row) => [row.id, row]))
    const rows = entries.map((row) => withBodyOf(row, held.get(row.id)))
    return { rows, next, ...(wanted === null ? {} : { walked, untold }) }
  }
  /** Full pages, but for the last one, of what comes no later than `end`. */
  const upTo =
    (end: EntryId): ReadForward<PendingEntry> =>
    async (query, signal) => {
      if (criteria === null) return stretch(query, null, signal)
      const to = criteria.to !== undefined && compareIds(criteria.to, end) < 0 ? criteria.to : end
      const rows: PendingEntry[] = []
      let page = await stretch(query, { ...criteria, to }, signal)
      rows.push(...page.rows)
      while (page.next !== null && rows.length < query.count) {
        page = await stretch({ after: page.next, count: query.count - rows.length }, { ...criteria, to }, signal)
        rows.push(...page.rows)
      }
      return { rows, next: page.next === null ? null : (rows.at(-1)?.id ?? null) }
    }
  return ({ direction, from, after, count, rows }, signal, again) => {
    if (direction === 'onward' || after === undefined) {
      const query = { count, ...(from === undefined ? {} : { from }), ...(after === undefined ? {} : { after }) }
      return stretch(query, criteria, signal, again)
    }
    const reach = rows[Math.min(rows.length, count) - 1]
    const span = reach ? idToNumber(reach.id) - idToNumber(after) : 1n << 74n
    return readBackward(upTo(after), { before: after, count, span }, signal)
  }
}

/** What is gone from the stream stays gone. */
function asHeld({ id, inStream, body }: PendingEntry): readonly HeldEntry[] {
  if (inStream === null || (inStream && body === null)) return []
  return [[id, body === null ? 0 : Math.max(1, body.size)]]
}

/** With the body that is held of it, unless it is gone by now. Null: the host has not looked. */
function withBodyOf(row: PendingEntry, held: PendingEntry | undefined): PendingEntry {
  if (row.body !== null || !held) return row
  const inStream = row.inStream ?? held.inStream
  return { ...row, inStream, body: inStream ? held.body : null }
}

function scopeKey({ consumer, criteria }: PendingScope): string {
  return `${consumer === null ? '' : bytesKey(consumer)} ${JSON.stringify(criteria)}`
}

/** The pending lists of the groups looked at last, and what XPENDING sums up of them. */
export const usePending = defineStore('pending', () => {
  const lists = createLeastRecent<PagedList<PendingEntry>>(LISTS_KEPT, (list) => list.dispose())
  const summaries = createResources<GroupTarget, PendingSummary>(
    groupTargetKey,
    ({ connectionId, key, group }, signal) => api().pending.summary({ connectionId, key, group }, { signal }),
  )
  return {
    list: (target: GroupTarget, scope: PendingScope): PagedList<PendingEntry> =>
      lists.get(`${scopeKey(scope)} ${groupTargetKey(target)} ${maskKey(target.connectionId)}`, () =>
        createPagedList({
          read: readPending(target, scope),
          order: 'oldest',
          pageSize: PAGE_SIZE,
          weigh: ({ body }) => (body ? entryWeight(body) : 0),
        }),
      ),
    summary: summaries.of,
    loadSummary: summaries.load,
  }
})
