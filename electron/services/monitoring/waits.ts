import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { SeenWaiting } from '../../../shared/judgement/waiting'

/** What one look saw of a group's unread entries. */
export interface WaitLook {
  readonly atMs: number
  readonly firstId: EntryId
  /** The stream's last entry at the time; null: not known. */
  readonly lastId: EntryId | null
}

interface Known extends WaitLook {
  /** Server time since which this entry is known to have waited, and before which it was not there; null: not known. */
  readonly sinceMs: number
  readonly notBeforeMs: number | null
}

/**
 * For how long entries have been seen to wait whose ids hold no time. 200 bytes for each group that has unread entries; of more
 * than 20 000 the first ones are forgotten.
 */
export interface Waits {
  /** Takes in a look; null: nothing waits, or it was not looked for. */
  note(groupId: string, look: WaitLook | null): void
  /** At the time of the last look. */
  of(groupId: string): SeenWaiting | null
  forget(groupId: string): void
}

const MOST = 20_000

export function createWaits(): Waits {
  const groups = new Map<string, Known>()

  return {
    note(groupId, look) {
      const before = groups.get(groupId)
      if (look === null) return void groups.delete(groupId)
      groups.set(groupId, { ...look, ...boundsOf(before, look) })
      if (groups.size > MOST) for (const first of groups.keys()) return void groups.delete(first)
    },
    of(groupId) {
      const known = groups.get(groupId)
      if (!known) return null
      const { atMs, sinceMs, notBeforeMs } = known
      return { atLeastMs: atMs - sinceMs, atMostMs: notBeforeMs === null ? null : atMs - notBeforeMs }
    },
    forget: (groupId) => void groups.delete(groupId),
  }
}

function boundsOf(before: Known | undefined, { atMs, firstId }: WaitLook): Pick<Known, 'sinceMs' | 'notBeforeMs'> {
  if (!before) return { sinceMs: atMs, notBeforeMs: null }
  if (before.firstId === firstId) return { sinceMs: before.sinceMs, notBeforeMs: before.notBeforeMs }
  // Behind the stream's end of then: it was added since. Before it: it waited already, behind others.
  if (before.lastId === null) return { sinceMs: atMs, notBeforeMs: null }
  return compareIds(firstId, before.lastId) > 0
    ? { sinceMs: atMs, notBeforeMs: before.atMs }
    : { sinceMs: before.atMs, notBeforeMs: null }
}
