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

/** Of a page that is asked for again: what is held of it, and the so-manieth time. */
export interface Again<T> {
  readonly rows: readonly T[]
  readonly round: number
}
export type ReadPage<T> = (query: PageQuery, signal: AbortSignal, again?: Again<T>) => Promise<Page<T>>

export interface PagedListOptions<T> {
  readonly read: ReadPage<T>
  readonly order: RowOrder
  readonly pageSize?: number
  readonly limit?: number
  /** About how many characters a row holds. Heavy rows are held in smaller number. */
  readonly weigh?: (row: T) => number
}

export type Side = 'start' | 'end'

interface First<T> {
  readonly window: ListWindow<T>
  readonly walked: number
  readonly untold: number
}

const PAGE_SIZE = 200
// Enough for a screen, so that it shows soonest; the next page comes while it is looked at.
const FIRST_SIZE = 60
const ROW_LIMIT = 5_000
/** Rows before and behind those that are looked at, when they are read again. */
export const REREAD_BEYOND = 20
const MOST_CHARS = 8_000_000
const FEWEST_ROWS = 500

/**
 * A long list read page by page around where the person looks, held up to a limit, and read again in place. One reading
 * per side at a time; answers that come too late for what is shown are dropped.
 */
export function createPagedList<T extends Row>(options: PagedListOptions<T>) {
  const { read, order, pageSize = PAGE_SIZE, limit = ROW_LIMIT, weigh } = options
  const compare = comparator(order)
  const state = shallowRef<ListWindow<T>>(EMPTY_WINDOW)
  const opened = ref(false)
  const opening = ref(false)
  /** Why the last page at a side could not be read. */
  const error = shallowRef<unknown>(null)
  /** How many rows were looked at since it was opened, where the reader tells. */
  const walked = shallowRef(0)
  /** Of so many of these nobody could tell whether they belong here. */
  const untold = shallowRef(0)
  const loading = shallowRef<Readonly<Record<Side, boolean>>>({ start: false, end: false })
  let current = new AbortController()
  let round = 0

  /**
   * Starts over, at the start of the list or around an id. What is shown stays until the answer is there. False when it
   * was overtaken by another call; throws what reading throws.
   */
  async function open(from?: EntryId): Promise<boolean> {
    current.abort()
    current = new AbortController()
    const { signal } = current
    loading.value = { start: false, end: false }
    opening.value = true
    try {
      const first = await firstPages(from, signal)
      if (signal.aborted) return false
      state.value = first.window
      walked.value = first.walked
      untold.value = first.untold
      opened.value = true
      error.value = null
      return true
    } catch (caught) {
      if (signal.aborted) return false
      throw caught
    } finally {
      if (!signal.aborted) opening.value = false
    }
  }

  function rowLimit(rows: readonly T[]): number {
    if (!weigh || rows.length === 0) return limit
    const weight = rows.reduce((sum, row) => sum + weigh(row), 0) / rows.length
    return Math.min(limit, Math.max(FEWEST_ROWS, Math.floor(MOST_CHARS / Math.max(1, weight))))
  }

  async function firstPages(from: EntryId | undefined, signal: AbortSignal): Promise<First<T>> {
    const count = Math.min(pageSize, FIRST_SIZE)
    if (from === undefined) {
      const page = await read({ direction: 'onward', count, rows: [] }, signal)
      return firstOf({ rows: page.rows, atStart: true, next: page.next }, page)
    }
    // Both sides at once, so that the row asked for does not move when the other side comes in.
    const [back, onward] = await Promise.all([
      read({ direction: 'back', after: from, count, rows: [] }, signal),
      read({ direction: 'onward', from, count, rows: [] }, signal),
    ])
    const window = { rows: [...back.rows, ...onward.rows], atStart: back.next === null, next: onward.next }
    return firstOf(window, onward)
  }

  /** Where a side goes on; null when nothing lies beyond it. */
  function edgeOf(side: Side): EntryId | null {
    const { rows, atStart, next } = state.value
    return side === 'end' ? next : atStart ? null : (rows[0]?.id ?? null)
  }

  /** Reads one more page at a side, unless there is none or one is on its way. */
  async function more(side: Side): Promise<void> {
    const after = edgeOf(side)
    if (!opened.value || loading.value[side] || after === null) return
    const { signal } = current
    loading.value = { ...loading.value, [side]: true }
    try {
      const direction = side === 'start' ? 'back' : 'onward'
      const page = await read({ direction, after, count: pageSize, rows: state.value.rows }, signal)
      if (signal.aborted) return
      error.value = null
      // Else the edge moved while this was read: it would leave a hole.
      if (edgeOf(side) !== after) return
      state.value = (side === 'start' ? prepended : appended)(state.value, page, compare, rowLimit(page.rows))
      if (side === 'start') return
      walked.value += page.walked ?? 0
      untold.value += page.untold ?? 0
    } catch (caught) {
      if (!signal.aborted) error.value = caught
    } finally {
      if (!signal.aborted) loading.value = { ...loading.value, [side]: false }
    }
  }

  /**
   * Reads what is on screen again, by row index. At the start of the list that brings what is new there, too. `whole`: all of it,
   * and not just what can be another by now. Throws what reading throws, and leaves what is shown.
   */
  async function refresh(first: number, last: number, { whole = true } = {}): Promise<void> {
    const { rows, atStart } = state.value
    if (!opened.value || opening.value) return
    const { signal } = current
    const begin = Math.max(0, Math.min(first, rows.length - 1) - REREAD_BEYOND)
    const from = begin === 0 && (atStart || rows.length === 0) ? null : (rows[begin]?.id ?? null)
    const count = Math.min(500, Math.max(50, last - begin + 1 + REREAD_BEYOND))
    round += 1
    const again = whole ? undefined : { rows: rows.slice(begin, begin + count), round }
    try {
      const page = await read({ direction: 'onward', ...(from === null ? {} : { from }), count, rows }, signal, again)
      if (!signal.aborted) state.value = reread(state.value, { page, from }, compare, limit)
    } catch (caught) {
      if (!signal.aborted) throw caught
    }
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
    atEnd: computed(() => state.value.next === null),
    /** Where the list goes on beyond its end; null when it doesn’t. */
    next: computed(() => state.value.next),
    walked,
    untold,
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

function firstOf<T>(window: ListWindow<T>, { walked = 0, untold = 0 }: Page<T>): First<T> {
  return { window, walked, untold }
}

export type PagedList<T extends Row> = ReturnType<typeof createPagedList<T>>
