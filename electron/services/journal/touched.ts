import { bytesKey, type Bytes } from '../../../shared/bytes'
import type { Touch, Touches } from '../inspection/own-signs'
import { createByGroup, type OfGroup } from './by-group'

/** The most consumers that are remembered. */
const MOST = 20_000

export interface Touched {
  add(subject: OfGroup, consumers: Touches): void
  of(connectionId: string, key: Bytes, group: Bytes): Touches
}

/** Whom Sluice gave entries to, by group: the last time of each consumer. */
export function createTouched(most = MOST): Touched {
  const groups = createByGroup<Touch>(most)
  return {
    add(subject, consumers) {
      groups.change(subject, (known) => {
        for (const touch of consumers) {
          const name = bytesKey(touch.consumer)
          const last = known.get(name)
          // Files of several processes are read one after the other, so a younger one may be there already.
          if (last !== undefined && last.stamp.seenAt > touch.stamp.seenAt) continue
          known.delete(name)
          known.set(name, touch)
        }
      })
    },
    of: groups.of,
  }
}
