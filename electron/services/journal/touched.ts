import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { Touch, Touches } from '../inspection/own-signs'
import type { BeginLine } from './lines'
import { subjectId } from './subject-id'

/** The most consumers that are remembered; those touched the longest ago go first. */
const MOST = 20_000

export interface Touched {
  add(subject: Pick<BeginLine, 'connectionId' | 'key' | 'group'>, consumers: Touches): void
  of(connectionId: string, key: Bytes, group: Bytes): Touches
}

/** Whom Sluice gave entries to, by group: the last time of each consumer. */
export function createTouched(most = MOST): Touched {
  const subjects = new Map<string, Map<string, Touch>>()
  let count = 0

  function forgetOldest(): void {
    for (const [subject, consumers] of subjects) {
      if (count <= most) return
      subjects.delete(subject)
      count -= consumers.size
    }
  }
  return {
    add({ connectionId, key, group }, consumers) {
      if (group === null || consumers.length === 0) return
      const subject = subjectId(connectionId, key, group)
      const known = subjects.get(subject) ?? new Map<string, Touch>()
      count -= known.size
      for (const touch of consumers) {
        const name = bytesKey(touch.consumer)
        const last = known.get(name)
        // Files of several processes are read one after the other, so a younger one may be there already.
        if (last === undefined || last.stamp.seenAt <= touch.stamp.seenAt) known.set(name, touch)
      }
      count += known.size
      subjects.delete(subject)
      subjects.set(subject, known)
      forgetOldest()
    },
    of: (connectionId, key, group) => [...(subjects.get(subjectId(connectionId, key, group))?.values() ?? [])],
  }
}
