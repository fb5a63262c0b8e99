import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { groupKey } from '../../../shared/group-key'
import { fromBuffer } from '../../redis/bytes'
import type { LookedGroup, StreamLook } from '../../redis/stream-look'
import { lagOfLook, type LagCount } from '../inspection/lag'

/** A group whose unread entries are to be counted, as they were at a look. */
export interface LagToCount {
  readonly key: Buffer
  readonly name: Bytes
  readonly after: EntryId
  readonly upTo: EntryId
  readonly averageBytes: number
}

/**
 * Which groups' lags only counting can tell, and what was counted: once for each pair of their positions. 300
 * bytes a group, of 20 000 at most; of more the lag stays as the server reports it.
 */
export interface LagCounts {
  /** Takes in a look at a stream. */
  note(key: Buffer, look: StreamLook): void
  /** What was counted of a group as it stands at this look. */
  of(key: Bytes, look: StreamLook, group: LookedGroup): LagCount | null
  isWaiting(): boolean
  /** The next to be counted, which then is no longer waited for. */
  next(): LagToCount | null
  counted(asked: LagToCount, count: LagCount): void
  forget(groupId: string): void
}

interface Known {
  readonly span: string
  readonly count: LagCount
}

const MOST = 20_000

export function createLagCounts(): LagCounts {
  const known = new Map<string, Known>()
  const waiting = new Map<string, LagToCount>()

  return {
    note(key, look) {
      const { ends, groups, large } = look
      for (const group of groups) {
        const id = groupKey(fromBuffer(key), fromBuffer(group.name))
        waiting.delete(id)
        if (large || ends === null || ends.lastId === null || lagOfLook(look, group).kind === 'exact') {
          known.delete(id)
          continue
        }
        if (known.get(id)?.span === spanOf(group.lastDeliveredId, ends.lastId) || waiting.size >= MOST) continue
        const averageBytes = (look.memoryBytes ?? 0) / Math.max(1, look.length)
        const [name, after] = [fromBuffer(group.name), group.lastDeliveredId]
        waiting.set(id, { key, name, after, upTo: ends.lastId, averageBytes })
      }
    },
    of(key, { ends }, { name, lastDeliveredId }) {
      const found = known.get(groupKey(key, fromBuffer(name)))
      return found !== undefined && found.span === spanOf(lastDeliveredId, ends?.lastId ?? '') ? found.count : null
    },
    isWaiting: () => waiting.size > 0,
    next() {
      for (const [id, asked] of waiting) {
        waiting.delete(id)
        return asked
      }
      return null
    },
    counted({ key, name, after, upTo }, count) {
      known.set(groupKey(fromBuffer(key), name), { span: spanOf(after, upTo), count })
      if (known.size > MOST) for (const first of known.keys()) return void known.delete(first)
    },
    forget(groupId) {
      known.delete(groupId)
      waiting.delete(groupId)
    },
  }
}

/** What was counted from one id to another stays so, but for what is deleted in between: then the next change tells. */
function spanOf(after: EntryId, upTo: EntryId): string {
  return `${after} ${upTo}`
}
