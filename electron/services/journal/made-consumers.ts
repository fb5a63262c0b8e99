import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { MadeConsumer } from '../inspection/own-signs'
import type { BeginLine } from './lines'
import { subjectId } from './subject-id'

/** The most consumers that are remembered; groups that got some the longest ago go first. */
const MOST = 20_000

/** A consumer that is there because a record gave it entries. */
export interface MadeBy extends MadeConsumer {
  readonly recordId: string
  /** When the record began, ms since 1970. */
  readonly at: number
}

export interface MadeConsumers {
  add(record: Pick<BeginLine, 'id' | 'at' | 'connectionId' | 'key' | 'group'>, consumers: readonly MadeConsumer[]): void
  of(connectionId: string, key: Bytes, group: Bytes): readonly MadeBy[]
}

/** Whom Sluice made by giving entries to names that nobody had, by group: the last time of each. */
export function createMadeConsumers(most = MOST): MadeConsumers {
  const subjects = new Map<string, Map<string, MadeBy>>()
  let count = 0

  function forgetOldest(): void {
    for (const [subject, consumers] of subjects) {
      if (count <= most) return
      subjects.delete(subject)
      count -= consumers.size
    }
  }
  return {
    add({ id, at, connectionId, key, group }, consumers) {
      if (group === null || consumers.length === 0) return
      const subject = subjectId(connectionId, key, group)
      const known = subjects.get(subject) ?? new Map<string, MadeBy>()
      count -= known.size
      for (const made of consumers) {
        const name = bytesKey(made.consumer)
        // Files of several processes are read one after the other, so a later one may be there already.
        if ((known.get(name)?.at ?? -Infinity) <= at) known.set(name, { ...made, recordId: id, at })
      }
      count += known.size
      subjects.delete(subject)
      subjects.set(subject, known)
      forgetOldest()
    },
    of: (connectionId, key, group) => [...(subjects.get(subjectId(connectionId, key, group))?.values() ?? [])],
  }
}
