import { sameBytes, type Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { PendingRow } from '../../redis/xpending'

/**
 * Entries that Sluice gave to a consumer as idle as they were (XCLAIM … TIME), and by when; server time, ms since 1970. That
 * they have waited for long says nothing of their new owner: for judging it they count from that moment on. `ids`: the first of
 * them, in their order; what comes behind these, up to `upTo`, may be one of them as well.
 */
export interface MovedEntries {
  readonly to: Bytes
  readonly at: number
  readonly ids: readonly EntryId[]
  readonly upTo: EntryId
}

/** Of a consumer the first ten entries are looked at: until so many were acked it is known which of them were moved. */
const MOST_IDS = 50

/** Undefined: none of these was moved. `rows`: in the order of their ids. */
export function movedEntries(
  to: Bytes,
  at: number,
  rows: readonly { readonly id: EntryId }[],
  except: readonly EntryId[],
): MovedEntries | undefined {
  const left = new Set(except)
  const ids = rows.flatMap(({ id }) => (left.has(id) ? [] : [id]))
  const upTo = ids.at(-1)
  return upTo === undefined ? undefined : { to, at, ids: ids.slice(0, MOST_IDS), upTo }
}

/** Two batches of one record, the earlier one first. */
export function movedInAll(first: MovedEntries, next: MovedEntries): MovedEntries {
  const at = Math.max(first.at, next.at)
  const upTo = compareIds(first.upTo, next.upTo) > 0 ? first.upTo : next.upTo
  const isWhole = first.ids.at(-1) === first.upTo
  return { to: first.to, at, ids: isWhole ? [...first.ids, ...next.ids].slice(0, MOST_IDS) : first.ids, upTo }
}

/**
 * How long the one of these entries that waits the longest has been its owner's to touch, ms: since its last delivery, or
 * since it was given to the owner. Null: there are none. `moved`: of that owner.
 */
export function longestHeld(
  rows: readonly Pick<PendingRow, 'id' | 'idleMs'>[],
  moved: readonly MovedEntries[],
  atMs: number,
): number | null {
  return rows.reduce<number | null>((most, row) => Math.max(most ?? 0, heldFor(row, moved, atMs)), null)
}

function heldFor(
  { id, idleMs }: Pick<PendingRow, 'id' | 'idleMs'>,
  moved: readonly MovedEntries[],
  atMs: number,
): number {
  return moved.reduce((ms, each) => (isOneOf(id, each) ? Math.min(ms, Math.max(0, atMs - each.at)) : ms), idleMs)
}

/** Where `ids` are all of them nothing lies between the last one and `upTo`. */
function isOneOf(id: EntryId, { ids, upTo }: MovedEntries): boolean {
  const last = ids.at(-1)
  return ids.includes(id) || (last !== undefined && compareIds(id, last) > 0 && compareIds(id, upTo) <= 0)
}

export function movedTo(moved: readonly MovedEntries[], consumer: Bytes): readonly MovedEntries[] {
  return moved.filter(({ to }) => sameBytes(to, consumer))
}
