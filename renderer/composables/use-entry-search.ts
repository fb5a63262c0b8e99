import { onScopeDispose, shallowRef } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import type { Entry } from '../../shared/model/entry'
import type { EntryQuery } from '../../shared/model/entry-query'
import { api } from '../api/client'
import type { RowOrder } from '../stores/list-window'
import type { StreamTarget } from '../stores/targets'
import type { IdRange } from './use-when'

/** What a search has come to. */
export interface EntrySearch {
  readonly query: EntryQuery
  readonly order: RowOrder
  readonly bounds: IdRange
  readonly rows: readonly Entry[]
  /** Entries gone through, their bytes, and of how many only the beginning was read. */
  readonly read: { readonly entries: number; readonly bytes: number; readonly partly: number }
  /** `paused`: by the user, by an error, or since enough was found; `done`: at the end of the stream. */
  readonly state: 'going' | 'paused' | 'done'
  /** The last id gone through. */
  readonly at: EntryId | null
  readonly error: unknown
}

/** A search through a stream: started, stopped, gone on with. One at a time. `paths`: what is told of what is found, see `rowView`. */
export function useEntrySearch(target: () => StreamTarget, paths: () => readonly string[] = () => []) {
  const search = shallowRef<EntrySearch | null>(null)
  let controller: AbortController | null = null

  function change(by: Partial<EntrySearch>): void {
    if (search.value) search.value = { ...search.value, ...by }
  }
  function abort(): void {
    controller?.abort()
    controller = null
  }
  function pause(): void {
    abort()
    if (search.value?.state === 'going') change({ state: 'paused' })
  }
  function start(query: EntryQuery, order: RowOrder, bounds: IdRange = {}): void {
    abort()
    const read = { entries: 0, bytes: 0, partly: 0 }
    search.value = { query, order, bounds, rows: [], read, state: 'paused', at: null, error: null }
    void goOn()
  }
  async function goOn(): Promise<void> {
    const from = search.value
    if (!from || from.state !== 'paused') return
    abort()
    const { signal } = (controller = new AbortController())
    const { connectionId, key } = target()
    const { query, order, bounds, at: after, read } = from
    change({ state: 'going', error: null })
    try {
      const told = paths().length > 0 ? { paths: [...paths()] } : {}
      const input = { connectionId, key, query, order, ...bounds, ...told, ...(after === null ? {} : { after }) }
      for await (const event of await api().entry.search(input, { signal })) {
        if (signal.aborted) return
        if (event.kind === 'found') {
          const rows = search.value?.rows ?? []
          const last = event.entries.at(-1)?.id ?? null
          // A line that breaks now leaves nothing to be found twice.
          change({ rows: [...rows, ...event.entries], at: last })
        } else if (event.kind === 'read') {
          const { entries, bytes, partly } = event
          const sum = { entries: read.entries + entries, bytes: read.bytes + bytes, partly: read.partly + partly }
          change({ read: sum, at: event.at })
        } else change({ state: event.next === null ? 'done' : 'paused' })
      }
      // A host that ends says no end: there may be more.
      if (!signal.aborted && search.value?.state === 'going') change({ state: 'paused' })
    } catch (error) {
      if (!signal.aborted) change({ state: 'paused', error })
    }
  }
  function clear(): void {
    abort()
    search.value = null
  }

  onScopeDispose(abort)
  return { search, start, pause, goOn, clear }
}
