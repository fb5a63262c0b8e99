import { compareIds, type EntryId } from '../../shared/entry-id'

/** Anything listed by entry id. */
export interface Row {
  readonly id: EntryId
}

/**
 * Rows in display order. `next`: the last id looked at, to go on after; null when there is no more. Where a list is
 * filtered that may be far beyond the last row, and there may be no row at all.
 */
export interface Page<T> {
  readonly rows: readonly T[]
  readonly next: EntryId | null
  /** Of a filtered list: how many rows were looked at for it. */
  readonly walked?: number
  /** Of so many of these nobody could tell; absent: of none. */
  readonly untold?: number | undefined
}

/** Ids grow downwards (`oldest`) or upwards (`newest`) on screen. */
export type RowOrder = 'oldest' | 'newest'

/**
 * A bounded stretch of a long list, without holes. `atStart`: nothing lies before it; `next`: where to go on after it,
 * null when nothing lies beyond; both when last looked.
 */
export interface ListWindow<T> {
  readonly rows: readonly T[]
  readonly atStart: boolean
  readonly next: EntryId | null
}

export const EMPTY_WINDOW: ListWindow<never> = { rows: [], atStart: true, next: null }

export function comparator(order: RowOrder): (a: EntryId, b: EntryId) => number {
  return order === 'oldest' ? compareIds : (a, b) => compareIds(b, a)
}

type Compare = (a: EntryId, b: EntryId) => number

/** A page read onward from the last row. Beyond `limit`, rows at the far side (the start) are let go. */
export function appended<T extends Row>(state: ListWindow<T>, page: Page<T>, compare: Compare, limit: number) {
  const last = state.rows.at(-1)
  const added = last ? page.rows.filter((row) => compare(row.id, last.id) > 0) : page.rows
  const all = [...state.rows, ...added]
  const rows = all.length > limit ? all.slice(-limit) : all
  return { rows, atStart: state.atStart && rows.length === all.length, next: page.next }
}

/** A page read back from the first row, given in display order. Beyond `limit`, rows at the end are let go. */
export function prepended<T extends Row>(state: ListWindow<T>, page: Page<T>, compare: Compare, limit: number) {
  const first = state.rows[0]
  const added = first ? page.rows.filter((row) => compare(row.id, first.id) < 0) : page.rows
  const all = [...added, ...state.rows]
  const rows = all.slice(0, limit)
  const next = rows.length === all.length ? state.next : (rows.at(-1)?.id ?? null)
  return { rows, atStart: page.next === null, next }
}

/** The index of the first row that is not before `id`. */
export function indexOfId<T extends Row>(rows: readonly T[], id: EntryId, compare: Compare): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    const row = rows[middle]
    if (row && compare(row.id, id) < 0) low = middle + 1
    else high = middle
  }
  return low
}

interface Reread<T> {
  readonly page: Page<T>
  /** Where the reading began, included; null: at the very start of the list. */
  readonly from: EntryId | null
}

/**
 * Puts a fresh reading of a part in place of what was there: rows that went are gone, new ones are in, the rest stays.
 * Sides that the reading did not touch may have grown meanwhile, so they count as open again.
 */
export function reread<T extends Row>(
  state: ListWindow<T>,
  { page, from }: Reread<T>,
  compare: Compare,
  limit: number,
): ListWindow<T> {
  const begin = from === null ? 0 : indexOfId(state.rows, from, compare)
  const readTo = page.next
  const lastKept = state.rows.at(-1)
  const head = state.rows.slice(0, begin)
  // Where nothing was found before, the search is not begun anew for finding nothing at its beginning.
  if (readTo !== null && !lastKept && page.rows.length === 0) return state
  if (readTo === null || !lastKept) return { rows: [...head, ...page.rows], atStart: from === null, next: readTo }
  const firstKept = state.rows[begin]
  // So much is new that the reading ends before the first row held: what lies between is unknown, so start from here.
  if (from === null && page.rows.length > 0 && firstKept && compare(readTo, firstKept.id) < 0)
    return { rows: page.rows, atStart: true, next: readTo }
  const resume = indexOfId(state.rows, readTo, compare)
  const tail = state.rows.slice(state.rows[resume]?.id === readTo ? resume + 1 : resume)
  const all = [...head, ...page.rows, ...tail]
  const rows = all.slice(0, limit)
  const last = rows.at(-1)?.id ?? readTo
  const isWhole = rows.length === all.length
  // A filtered list that was searched to its end stays so: looking again would be another search of all of it.
  if (isWhole && tail.length > 0 && state.next === null && page.walked !== undefined)
    return { rows, atStart: from === null, next: null }
  // Looked at already, though there may have been no row in it: up to where the tail was, or the reading.
  const lookedTo = tail.length === 0 ? readTo : (state.next ?? last)
  return { rows, atStart: from === null, next: isWhole && compare(lookedTo, last) > 0 ? lookedTo : last }
}
