import { bytesKey, type Bytes } from '../../../shared/bytes'
import { movedInAll, type MovedEntries } from '../inspection/moved-entries'
import { createByGroup, type OfGroup } from './by-group'
import type { BeginLine } from './lines'

/** The most records that are remembered, of each consumer that got entries one. */
const MOST = 2_000

export interface Moved {
  add(record: OfGroup & Pick<BeginLine, 'id'>, moved: MovedEntries): void
  of(connectionId: string, key: Bytes, group: Bytes): readonly MovedEntries[]
}

/** What Sluice gave to consumers as idle as it was, by group, record and consumer. */
export function createMoved(most = MOST): Moved {
  const groups = createByGroup<MovedEntries>(most)
  return {
    add({ id, ...subject }, moved) {
      groups.change(subject, (known) => {
        const name = `${id} ${bytesKey(moved.to)}`
        const before = known.get(name)
        known.delete(name)
        known.set(name, before === undefined ? moved : movedInAll(before, moved))
      })
    },
    of: groups.of,
  }
}
