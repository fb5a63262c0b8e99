import type { Bytes } from '../../../shared/bytes'
import type { ClaimSeen } from '../../../shared/model/claim-outcome'
import { createByGroup, type OfGroup } from './by-group'
import type { BeginLine } from './lines'

/** The most groups that are remembered. */
const MOST = 5_000
const LAST = 'last'

export interface ClaimsSeen {
  add(record: OfGroup & Pick<BeginLine, 'at'>, seen: ClaimSeen): void
  of(connectionId: string, key: Bytes, group: Bytes): ClaimSeen | null
}

/** What was seen of claims, by group: of its last one. */
export function createClaimsSeen(most = MOST): ClaimsSeen {
  const groups = createByGroup<{ readonly begunAt: number; readonly seen: ClaimSeen }>(most)
  return {
    add({ at: begunAt, ...subject }, { end, at }) {
      groups.change(subject, (known) => {
        // Files of several processes are read one after the other, so a later claim may be there already.
        if ((known.get(LAST)?.begunAt ?? -Infinity) <= begunAt) known.set(LAST, { begunAt, seen: { end, at } })
      })
    },
    of: (...group) => groups.of(...group)[0]?.seen ?? null,
  }
}
