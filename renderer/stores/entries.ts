import { defineStore } from 'pinia'
import { bytesKey } from '../../shared/bytes'
import type { Entry, HeldEntry } from '../../shared/model/entry'
import { api } from '../api/client'
import { createLeastRecent } from './least-recent'
import { comparator } from './list-window'
import { maskKey } from './mask-key'
import { createPagedList, type PagedList, type ReadPage, type RowOrder } from './paged-list'
import { streamTargetKey, type StreamTarget } from './targets'

const LISTS_KEPT = 4

/** What an entry holds in memory, in characters. */
export function entryWeight({ fields, told = [] }: Entry): number {
  const paths = told.reduce((sum, { text }) => sum + (text?.length ?? 0), 0)
  return fields.reduce((sum, { name, value }) => sum + bytesKey(name).length + bytesKey(value).length, paths)
}

/** Pages of entries in display order, by XRANGE or XREVRANGE as the direction wants. */
export function readEntries(
  { connectionId, key }: StreamTarget,
  order: RowOrder,
  paths: readonly string[] = [],
): ReadPage<Entry> {
  const against: RowOrder = order === 'oldest' ? 'newest' : 'oldest'
  const compare = comparator(order)
  return async ({ direction, from, after, count }, signal, again) => {
    const {
      entries,
      next,
      kept = [],
    } = await api().entry.page(
      {
        connectionId,
        key,
        order: direction === 'onward' ? order : against,
        count,
        ...(from === undefined ? {} : { from }),
        ...(after === undefined ? {} : { after }),
        ...(paths.length > 0 && { paths: [...paths] }),
        ...(again && { held: { entries: again.rows.map(asHeld), round: again.round } }),
      },
      { signal },
    )
    if (kept.length > 0) {
      const held = new Map(again?.rows.map((row) => [row.id, row]))
      const rows = [...entries, ...kept.flatMap((id) => held.get(id) ?? [])]
      return { rows: rows.sort((a, b) => compare(a.id, b.id)), next }
    }
    return { rows: direction === 'onward' ? entries : entries.toReversed(), next }
  }
}

function asHeld({ id, size }: Entry): HeldEntry {
  return [id, Math.max(1, size)]
}

/** The entries of the streams looked at last, so that going back to a tab shows them at once. */
export const useEntries = defineStore('entries', () => {
  const lists = createLeastRecent<PagedList<Entry>>(LISTS_KEPT, (list) => list.dispose())
  return {
    /** `paths`: what is told of each entry, see `rowView`; with others it is another list, read anew. */
    list: (target: StreamTarget, order: RowOrder, paths: readonly string[] = []): PagedList<Entry> =>
      lists.get(JSON.stringify([order, streamTargetKey(target), maskKey(target.connectionId), paths]), () =>
        createPagedList({ read: readEntries(target, order, paths), order, weigh: entryWeight }),
      ),
  }
})
