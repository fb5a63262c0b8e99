import { idAgeMs, idTimeMs, type EntryId } from '../entry-id'

/** How long the oldest unread entry of a group has waited, ms. Null: nothing tells. */
export interface Waiting {
  readonly ms: number | null
  /** `byId`: since the time in its id; `atLeast`: since it was first seen unread, as its id does not tell; `none`: nothing waits. */
  readonly kind: 'none' | 'byId' | 'atLeast' | 'unknown'
  /** It can't have waited for longer; null: nothing tells. */
  readonly atMostMs: number | null
}

/** What was seen of the same entry before: since when it waits at the least, and at the most. */
export interface SeenWaiting {
  readonly atLeastMs: number
  readonly atMostMs: number | null
}

export const NOT_WAITING: Waiting = { ms: 0, kind: 'none', atMostMs: 0 }
const UNKNOWN: Waiting = { ms: null, kind: 'unknown', atMostMs: null }

/**
 * `unread`: the first entry behind the group's last delivered id, null `firstId` where there is none; null: was not looked
 * for. `atMs`: server time of the look. Not the distance between two ids: a burst of two hours ago has waited for two hours,
 * though its ids are milliseconds apart.
 */
export function waitingOf(
  unread: { readonly firstId: EntryId | null } | null,
  atMs: number | null,
  seen: SeenWaiting | null,
): Waiting {
  if (unread === null) return UNKNOWN
  if (unread.firstId === null) return NOT_WAITING
  const ageMs = atMs === null ? null : idAgeMs(unread.firstId, atMs)
  if (ageMs !== null) {
    const ms = Math.max(ageMs, seen?.atLeastMs ?? 0)
    return { ms, kind: 'byId', atMostMs: ms }
  }
  return seen === null ? UNKNOWN : { ms: seen.atLeastMs, kind: 'atLeast', atMostMs: seen.atMostMs }
}

/**
 * For how long its unread entries can have waited at the most where they were not looked for: they come after the last delivered
 * one, and so no earlier, where ids are times. Null: they are none.
 */
export function mostWaiting(
  { lastDeliveredId }: { readonly lastDeliveredId: EntryId },
  lastId: EntryId | null,
  atMs: number | null,
): number | null {
  if (atMs === null || lastId === null || idTimeMs(lastId, atMs) === null) return null
  return idAgeMs(lastDeliveredId, atMs)
}

/**
 * Of the group that waits longest. `more`: so many groups were not looked at; like one whose waiting is not known, they may wait
 * longer: then it is at least so long. Null: there are no groups.
 */
export function longestWaiting(groups: readonly Waiting[], more: number): Waiting | null {
  if (groups.length + more === 0) return null
  const known = groups.filter(({ ms }) => ms !== null)
  const [longest] = known.toSorted((a, b) => (b.ms ?? 0) - (a.ms ?? 0))
  if (known.length === groups.length && more === 0) return longest ?? null
  return longest === undefined || longest.kind === 'none' ? UNKNOWN : { ...longest, kind: 'atLeast', atMostMs: null }
}
