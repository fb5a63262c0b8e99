import { idDistanceMs, idTimeMs, type EntryId } from '../../../shared/entry-id'
import type { CopyPace } from '../../../shared/model/stream-copy'

/** Tells of entries, in their order, how long after the first one each copy is due. */
export interface Pace {
  /** ms; 0 where the ids don't matter. */
  dueMs(id: EntryId): number
}

export function createPace(pace: CopyPace): Pace {
  if (pace.kind === 'fast') return { dueMs: () => 0 }
  const { times, maxGapMs } = pace
  let last: EntryId | null = null
  let due = 0
  return {
    dueMs(id) {
      const gap = last === null ? 0 : Math.max(0, idDistanceMs(last, id)) / times
      due += maxGapMs === null ? gap : Math.min(gap, maxGapMs)
      last = id
      return due
    },
  }
}

/** Whether an id tells when its entry came, so that a pace can go by it. `nowMs`: by the server's clock. */
export function holdsTime(id: EntryId, nowMs: number): boolean {
  return idTimeMs(id, nowMs) !== null
}
