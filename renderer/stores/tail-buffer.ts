import { compareIds, type EntryId } from '../../shared/entry-id'
import type { Entry } from '../../shared/model/entry'

const SHOWN_MOST = 1_000

/** Live entries, newest first, never more than a thousand shown and a thousand held back. */
export interface TailBuffer {
  readonly rows: readonly Entry[]
  readonly paused: boolean
  /** Entries that came while paused. More than could be held are counted all the same. */
  readonly held: number
  /** Entries that came since the tail began. */
  readonly received: number
  /** Some entries were never read here: too many came while the link was down. */
  readonly gap: boolean
  readonly lastId: EntryId | null
  /** Entries in id order. Those known already are left out. */
  add(entries: readonly Entry[]): TailBuffer
  pause(): TailBuffer
  resume(): TailBuffer
  withGap(): TailBuffer
}

interface State {
  readonly rows: readonly Entry[]
  readonly waiting: readonly Entry[]
  readonly paused: boolean
  readonly held: number
  readonly received: number
  readonly gap: boolean
  readonly lastId: EntryId | null
}

function bufferOf(state: State): TailBuffer {
  const { rows, waiting, paused, held, received, gap, lastId } = state
  return {
    rows,
    paused,
    held,
    received,
    gap,
    lastId,
    add(entries) {
      const fresh = entries.filter(({ id }) => lastId === null || compareIds(id, lastId) > 0)
      const last = fresh.at(-1)
      if (!last) return bufferOf(state)
      const newestFirst = fresh.toReversed()
      const seen = { ...state, received: received + fresh.length, lastId: last.id }
      if (!paused) return bufferOf({ ...seen, rows: [...newestFirst, ...rows].slice(0, SHOWN_MOST) })
      return bufferOf({
        ...seen,
        held: held + fresh.length,
        waiting: [...newestFirst, ...waiting].slice(0, SHOWN_MOST),
      })
    },
    pause: () => bufferOf({ ...state, paused: true }),
    resume: () =>
      bufferOf({ ...state, paused: false, held: 0, waiting: [], rows: [...waiting, ...rows].slice(0, SHOWN_MOST) }),
    withGap: () => bufferOf({ ...state, gap: true }),
  }
}

export function createTailBuffer(): TailBuffer {
  return bufferOf({ rows: [], waiting: [], paused: false, held: 0, received: 0, gap: false, lastId: null })
}
