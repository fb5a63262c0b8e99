import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { SeenWaiting } from '../../../shared/judgement/waiting'

/** What one look saw of a group's unread entries. */
export interface WaitLook {
  /** By the server's clock, and by one of this process that is never set. */
  readonly atMs: number
  readonly hereMs: number
  readonly firstId: EntryId
  /** The stream's last entry at the time; null: not known. */
  readonly lastId: EntryId | null
}

interface Known extends WaitLook, SeenWaiting {}

/**
 * For how long entries have been seen to wait, whatever their ids tell. 200 bytes for each group that has unread entries; of more
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
      return known ? { atLeastMs: known.atLeastMs, atMostMs: known.atMostMs } : null
    },
    forget: (groupId) => void groups.delete(groupId),
  }
}

function boundsOf(before: Known | undefined, look: WaitLook): SeenWaiting {
  if (!before) return { atLeastMs: 0, atMostMs: null }
  const passed = passedBetween(before, look)
  if (before.firstId === look.firstId) {
    const { atLeastMs, atMostMs } = before
    return { atLeastMs: atLeastMs + passed.least, atMostMs: atMostMs === null ? null : atMostMs + passed.most }
  }
  // Behind the stream's end of then: it was added since. Before it: it waited already, behind others.
  if (before.lastId === null) return { atLeastMs: 0, atMostMs: null }
  return compareIds(look.firstId, before.lastId) > 0
    ? { atLeastMs: 0, atMostMs: passed.most }
    : { atLeastMs: passed.least, atMostMs: null }
}

/** A server's clock may be set, either way, and nobody waits for more or for less by that. */
function passedBetween(before: WaitLook, look: WaitLook): { readonly least: number; readonly most: number } {
  const there = look.atMs - before.atMs
  const here = look.hereMs - before.hereMs
  return { least: Math.max(0, Math.floor(Math.min(there, here))), most: Math.ceil(Math.max(there, here)) }
}
