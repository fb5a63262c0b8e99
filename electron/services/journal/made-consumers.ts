import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { MadeConsumer } from '../inspection/own-signs'
import { createByGroup, type OfGroup } from './by-group'
import type { BeginLine } from './lines'

/** The most consumers that are remembered. */
const MOST = 20_000

/** A consumer that is there because a record gave it entries. */
export interface MadeBy extends MadeConsumer {
  readonly recordId: string
  /** When the record began, ms since 1970. */
  readonly at: number
}

export interface MadeConsumers {
  add(record: OfGroup & Pick<BeginLine, 'id' | 'at'>, consumers: readonly MadeConsumer[]): void
  of(connectionId: string, key: Bytes, group: Bytes): readonly MadeBy[]
}

/** Whom Sluice made by giving entries to names that nobody had, by group: the last time of each. */
export function createMadeConsumers(most = MOST): MadeConsumers {
  const groups = createByGroup<MadeBy>(most)
  return {
    add({ id, at, ...subject }, consumers) {
      groups.change(subject, (known) => {
        for (const made of consumers) {
          const name = bytesKey(made.consumer)
          // Files of several processes are read one after the other, so a later one may be there already.
          if ((known.get(name)?.at ?? -Infinity) > at) continue
          known.delete(name)
          known.set(name, { ...made, recordId: id, at })
        }
      })
    },
    of: groups.of,
  }
}
