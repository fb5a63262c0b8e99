import { defineStore } from 'pinia'
import { bytesKey, type Bytes } from '../../shared/bytes'
import type { PendingEntry, PendingSummary } from '../../shared/model/pending'
import { api } from '../api/client'
import { readBackward, type ReadForward } from './backward-probe'
import { idToNumber } from './id-arithmetic'
import { entryWeight } from './entries'
import { createLeastRecent } from './least-recent'
import { createPagedList, type PagedList, type ReadPage } from './paged-list'
import { createResources } from './resources'
import { groupTargetKey, type GroupTarget } from './targets'

const LISTS_KEPT = 4
// With its body each row costs a reading of its own on the server.
const PAGE_SIZE = 100

/** Pages of the pending list of a group, or of one consumer. XPENDING reads forwards only; back is found by probing. */
function readPending(target: GroupTarget, consumer: Bytes | null): ReadPage<PendingEntry> {
  const { connectionId, key, group } = target
  const forward: ReadForward<PendingEntry> = async ({ from, after, count }, signal) => {
    const { entries, next } = await api().pending.page(
      {
        connectionId,
        key,
        group,
        count,
        bodies: true,
        ...(consumer === null ? {} : { consumer }),
        ...(from === undefined ? {} : { from }),
        ...(after === undefined ? {} : { after }),
      },
      { signal },
    )
    return { rows: entries, next }
  }
  return ({ direction, from, after, count, rows }, signal) => {
    if (direction === 'onward' || after === undefined) {
      return forward(
        { count, ...(from === undefined ? {} : { from }), ...(after === undefined ? {} : { after }) },
        signal,
      )
    }
    const reach = rows[Math.min(rows.length, count) - 1]
    const span = reach ? idToNumber(reach.id) - idToNumber(after) : 1n << 74n
    return readBackward(forward, { before: after, count, span }, signal)
  }
}

/** The pending lists of the groups looked at last, and what XPENDING sums up of them. */
export const usePending = defineStore('pending', () => {
  const lists = createLeastRecent<PagedList<PendingEntry>>(LISTS_KEPT, (list) => list.dispose())
  const summaries = createResources<GroupTarget, PendingSummary>(
    groupTargetKey,
    ({ connectionId, key, group }, signal) => api().pending.summary({ connectionId, key, group }, { signal }),
  )
  return {
    list: (target: GroupTarget, consumer: Bytes | null): PagedList<PendingEntry> =>
      lists.get(`${consumer === null ? '' : bytesKey(consumer)} ${groupTargetKey(target)}`, () =>
        createPagedList({
          read: readPending(target, consumer),
          order: 'oldest',
          pageSize: PAGE_SIZE,
          weigh: ({ body }) => (body ? entryWeight(body) : 0),
        }),
      ),
    summary: summaries.of,
    loadSummary: summaries.load,
  }
})
