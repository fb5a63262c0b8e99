import { bytesKey, type Bytes } from '../../../shared/bytes'

/** So long before its end is told a look may show what was done. */
export const BEFORE_END_MS = 10_000

/** What was done from here that may have ended a group; null: any of the stream, or the stream itself. */
export interface Ended {
  readonly group: Bytes | null
}

/** Groups that were ended from here: the first look that is sent afterwards shows it, however late, or one that was under way. */
export interface OwnChanges {
  /** It is over. ms since 1970 by the host's clock. */
  ended(streamId: string, group: Bytes | null, atMs: number): void
  /** Takes in a look that was sent at this time: whether it is of our doing that it does not show a group. */
  shownBy(streamId: string, askedMs: number): (group: Bytes) => boolean
  forget(streamId: string): void
}

interface Change {
  readonly atMs: number
  /** Null: any. */
  readonly groups: ReadonlySet<string> | null
}

export function createOwnChanges(): OwnChanges {
  const last = new Map<string, Change>()
  return {
    ended(streamId, group, atMs) {
      const before = last.get(streamId)
      const isAny = group === null || before?.groups === null
      last.set(streamId, { atMs, groups: isAny ? null : new Set([...(before?.groups ?? []), bytesKey(group)]) })
    },
    shownBy(streamId, askedMs) {
      const change = last.get(streamId)
      if (!change) return () => false
      if (askedMs >= change.atMs) last.delete(streamId)
      return (group) => change.groups?.has(bytesKey(group)) ?? true
    },
    forget: (streamId) => void last.delete(streamId),
  }
}
