import { computed, ref, shallowRef } from 'vue'
import type { EntryId } from '../../shared/entry-id'
import {
  appended,
  comparator,
  EMPTY_WINDOW,
  indexOfId,
  prepended,
  reread,
  type Page,
  type Row,
  type RowOrder,
  type ListWindow,
} from './list-window'

export type { Page, Row, RowOrder } from './list-window'

/** `onward`: in display order; `back`: against it. Pages come in display order either way. */
export interface PageQuery {
  readonly direction: 'onward' | 'back'
  readonly from?: EntryId
  readonly after?: EntryId
  readonly count: number
  /** What is held now, for readers that guess from it. */
  readonly rows: readonly Row[]
}
export type ReadPage<T> = (query: PageQuery, signal: AbortSignal) => Promise<Page<T>>

export interface PagedListOptions<T> {
  readonly read: ReadPage<T>
  readonly order: RowOrder
  readonly pageSize?: number
  readonly limit?: number
}

export type Side = 'start' | 'end'

const PAGE_SIZE = 200
const ROW_LIMIT = 5_000
const REFRESH_MARGIN = 20

/**
 * A long list read page by page around where the person looks, held up to a limit, and read again in place. One reading
 * per side at a time; answers that come too late for what is shown are dropped.
 */
export function createPagedList<T extends Row>(options: PagedListOptions<T>) {
  const { read, order, pageSize = PAGE_SIZE, limit = ROW_LIMIT } = options
  const compare = comparator(order)
  const state = shallowRef<ListWindow<T>>(EMPTY_WINDOW)
  const opened = ref(false)
  const opening = ref(false)
  const error = shallowRef<unknown>(null)
  const loading = shallowRef<Readonly<Record<Side, boolean>>>({ start: false, end: false })
  let current = new AbortController()

  /** Runs one reading; keeps its error for the screen, except when what it was for is gone. */
  async function attempt<R>(work: (signal: AbortSignal) => Promise<R>, apply: (result: R) => void): Promise<boolean> {
    const { signal } = current
    try {
      const result = await work(signal)
      if (signal.aborted) return false
      apply(result)
      error.value = null
      return true
    } catch (caught) {
      if (signal.aborted) return false
      error.value = caught
      return false
    }
  }

  /** Starts over, at the start of the list or around an id. What is shown stays until the answer is there. */
  async function open(from?: EntryId): Promise<boolean> {
    current.abort()
    current = new AbortController()
    loading.value = { start: false, end: false }
    opening.value = true
    const { signal } = current
    const ok = await attempt(
      () => firstPages(from, signal),
      (first) => {
        opened.value = true
        state.value = first
      },
    )
    if (!signal.aborted) opening.value = false
    return ok
  }

  async function firstPages(from: EntryId | undefined, signal: AbortSignal): Promise<ListWindow<T>> {
    if (from === undefined) {
      const page = await read({ direction: 'onward', count: pageSize, rows: [] }, signal)
      return { rows: page.rows, atStart: true, atEnd: page.next === null }
    }
    // Both sides at once, so that the row asked for does not move when the other side comes in.
    const [back, onward] = await Promise.all([
      read({ direction: 'back', after: from, count: pageSize, rows: [] }, signal),
      read({ direction: 'onward', from, count: pageSize, rows: [] }, signal),
    ])
    return { rows: [...back.rows, ...onward.rows], atStart: back.next === null, atEnd: onward.next === null }
  }

  /** Reads one more page at a side, unless there is none or one is on its way. */
  async function more(side: Side): Promise<void> {
    const { rows, atStart, atEnd } = state.value
    if (!opened.value || loading.value[side] || (side === 'start' ? atStart : atEnd)) return
    const edge = side === 'start' ? rows[0] : rows.at(-1)
    if (!edge) {
      await open()
      return
    }
    const { signal } = current
    loading.value = { ...loading.value, [side]: true }
    await attempt(
      () => read({ direction: side === 'start' ? 'back' : 'onward', after: edge.id, count: pageSize, rows }, signal),
      (page) => {
        const now = side === 'start' ? state.value.rows[0] : state.value.rows.at(-1)
        // The edge moved while this was read: it would leave a hole.
        if (now?.id !== edge.id) return
        state.value = (side === 'start' ? prepended : appended)(state.value, page, compare, limit)
      },
    )
    if (!signal.aborted) loading.value = { ...loading.value, [side]: false }
  }

  /** Reads what is on screen again, by row index. At the start of the list that brings what is new there, too. */
  async function refresh(first: number, last: number): Promise<boolean> {
    const { rows, atStart } = state.value
    if (!opened.value || opening.value) return false
    const begin = Math.max(0, first - REFRESH_MARGIN)
    const from = begin === 0 && (atStart || rows.length === 0) ? null : (rows[begin]?.id ?? null)
    const count = Math.min(500, Math.max(50, last - begin + 1 + REFRESH_MARGIN))
    return await attempt(
      (signal) => read({ direction: 'onward', ...(from === null ? {} : { from }), count, rows }, signal),
      (page) => {
        state.value = reread(state.value, { page, from }, compare, limit)
      },
    )
  }

  /** Where an id is, or would be. */
  function indexOf(id: EntryId): number {
    return indexOfId(state.value.rows, id, compare)
  }

  function dispose(): void {
    current.abort()
  }

  return {
    order,
    rows: computed(() => state.value.rows),
    atStart: computed(() => state.value.atStart),
    atEnd: computed(() => state.value.atEnd),
    opened,
    opening,
    loading,
    error,
    open,
    more,
    refresh,
    indexOf,
    dispose,
  }
}

export type PagedList<T extends Row> = ReturnType<typeof createPagedList<T>>
