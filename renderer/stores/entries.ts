import { defineStore } from 'pinia'
import { bytesKey } from '../../shared/bytes'
import type { Entry } from '../../shared/model/entry'
import { api } from '../api/client'
import { createLeastRecent } from './least-recent'
import { createPagedList, type PagedList, type ReadPage, type RowOrder } from './paged-list'
import { streamTargetKey, type StreamTarget } from './targets'

const LISTS_KEPT = 4

/** What an entry holds in memory, in characters. */
export function entryWeight({ fields }: Entry): number {
  return fields.reduce((sum, { name, value }) => sum + bytesKey(name).length + bytesKey(value).length, 0)
}

/** Pages of entries in display order, by XRANGE or XREVRANGE as the direction wants. */
export function readEntries({ connectionId, key }: StreamTarget, order: RowOrder): ReadPage<Entry> {
  const against: RowOrder = order === 'oldest' ? 'newest' : 'oldest'
  return async ({ direction, from, after, count }, signal) => {
    const { entries, next } = await api().entry.page(
      {
        connectionId,
        key,
        order: direction === 'onward' ? order : against,
        count,
        ...(from === undefined ? {} : { from }),
        ...(after === undefined ? {} : { after }),
      },
      { signal },
    )
    return { rows: direction === 'onward' ? entries : entries.toReversed(), next }
  }
}

/** The entries of the streams looked at last, so that going back to a tab shows them at once. */
export const useEntries = defineStore('entries', () => {
  const lists = createLeastRecent<PagedList<Entry>>(LISTS_KEPT, (list) => list.dispose())
  return {
    list: (target: StreamTarget, order: RowOrder): PagedList<Entry> =>
      lists.get(`${order} ${streamTargetKey(target)}`, () =>
        createPagedList({ read: readEntries(target, order), order, weigh: entryWeight }),
      ),
  }
})
