import { bytesKey, type Bytes } from '../../../shared/bytes'
import { movedInAll, type MovedEntries } from '../inspection/moved-entries'
import type { BeginLine } from './lines'
import { subjectId } from './subject-id'

/** The most records that are remembered, of each consumer that got entries one; groups that got some the longest ago go first. */
const MOST = 2_000

export interface Moved {
  add(record: Pick<BeginLine, 'id' | 'connectionId' | 'key' | 'group'>, moved: MovedEntries): void
  of(connectionId: string, key: Bytes, group: Bytes): readonly MovedEntries[]
}

/** What Sluice gave to consumers as idle as it was, by group, record and consumer. */
export function createMoved(most = MOST): Moved {
  const subjects = new Map<string, Map<string, MovedEntries>>()
  let count = 0

  function forgetOldest(): void {
    for (const [subject, known] of subjects) {
      if (count <= most) return
      // Of the only one, its oldest.
      const gone = subjects.size === 1 ? [...known.keys()].slice(0, count - most) : [...known.keys()]
      for (const each of gone) known.delete(each)
      if (known.size === 0) subjects.delete(subject)
      count -= gone.length
    }
  }
  return {
    add({ id, connectionId, key, group }, moved) {
      if (group === null) return
      const subject = subjectId(connectionId, key, group)
      const known = subjects.get(subject) ?? new Map<string, MovedEntries>()
      const name = `${id} ${bytesKey(moved.to)}`
      const before = known.get(name)
      if (before === undefined) count += 1
      known.delete(name)
      known.set(name, before === undefined ? moved : movedInAll(before, moved))
      subjects.delete(subject)
      subjects.set(subject, known)
      forgetOldest()
    },
    of: (connectionId, key, group) => [...(subjects.get(subjectId(connectionId, key, group))?.values() ?? [])],
  }
}
