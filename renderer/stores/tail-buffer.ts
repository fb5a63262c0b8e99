import { compareIds, type EntryId } from '../../shared/entry-id'
import type { Entry } from '../../shared/model/entry'
import type { TailEvent } from '../../shared/model/entry-query'

export const SHOWN_MOST = 1_000

interface Figures {
  /** Newest first. */
  readonly rows: readonly Entry[]
  readonly paused: boolean
  /** Entries that came while paused. More than could be held are counted all the same. */
  readonly held: number
  /** Entries that came since the tail began, and are what is looked for. */
  readonly received: number
  /** Those that are not, and were left out. */
  readonly passed: number
  /** Of how many only the beginning could be read. */
  readonly partly: number
  /** Some entries were never read here: too many came while the link was down. */
  readonly gap: boolean
  /** The last one that was gone through. */
  readonly lastId: EntryId | null
}

/** Live entries, never more than a thousand shown and a thousand held back. */
export interface TailBuffer extends Figures {
  /** Entries in id order. Those known already are left out. */
  add(event: TailEvent): TailBuffer
  pause(): TailBuffer
  resume(): TailBuffer
  withGap(): TailBuffer
}

interface State extends Figures {
  readonly waiting: readonly Entry[]
}

function bufferOf(state: State): TailBuffer {
  const { waiting, ...figures } = state
  const { rows, paused, held, received, passed, partly, lastId } = figures
  return {
    ...figures,
    add({ entries, at, ...beside }) {
      if (lastId !== null && compareIds(at, lastId) <= 0) return bufferOf(state)
      const fresh = entries.filter(({ id }) => lastId === null || compareIds(id, lastId) > 0).toReversed()
      const seen = {
        ...state,
        received: received + fresh.length,
        passed: passed + beside.passed,
        partly: partly + beside.partly,
        lastId: at,
      }
      if (fresh.length === 0) return bufferOf(seen)
      if (!paused) return bufferOf({ ...seen, rows: [...fresh, ...rows].slice(0, SHOWN_MOST) })
      return bufferOf({ ...seen, held: held + fresh.length, waiting: [...fresh, ...waiting].slice(0, SHOWN_MOST) })
    },
    pause: () => bufferOf({ ...state, paused: true }),
    resume: () =>
      bufferOf({ ...state, paused: false, held: 0, waiting: [], rows: [...waiting, ...rows].slice(0, SHOWN_MOST) }),
    withGap: () => bufferOf({ ...state, gap: true }),
  }
}

export function createTailBuffer(): TailBuffer {
  return bufferOf({
    ...{ rows: [], waiting: [], paused: false, held: 0, received: 0, passed: 0, partly: 0, gap: false, lastId: null },
  })
}
