import { compareIds, nextId, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import { asMissing } from '../../redis/missing'
import type { Source } from '../../redis/source'
import { groupInfos, type GroupInfo } from '../../redis/xinfo'
import { parsePendingRows } from '../../redis/xpending'

const PIPELINED = 100

/** From where on a group needs what is in the stream. */
export interface Need {
  readonly group: Buffer
  /** Its oldest pending id, or what comes after its last delivered one. */
  readonly from: EntryId
  readonly by: 'pending' | 'unread'
}

/**
 * The smallest id that any group needs; null where none needs any. By commands: what happens between them is not seen.
 * NOT_FOUND stream; REDIS where XINFO or XPENDING is refused, for then nobody knows.
 */
export async function firstNeed(source: Source, groups?: readonly GroupInfo[]): Promise<Need | null> {
  const { reader, key } = source
  const all = groups ?? (await groupInfos(reader, key))
  let first: Need | null = null
  const keep = (need: Need | null): void => {
    if (need !== null && (first === null || compareIds(need.from, first.from) < 0)) first = need
  }
  for (let at = 0; at < all.length; at += PIPELINED) {
    const part = all.slice(at, at + PIPELINED)
    const holders = part.filter(({ pending }) => pending > 0)
    for (const need of await oldestOf(source, holders)) keep(need)
    for (const group of part) keep(unreadOf(group))
  }
  return first
}

function unreadOf({ name, lastDeliveredId }: GroupInfo): Need | null {
  const from = nextId(lastDeliveredId)
  return from === null ? null : { group: name, from, by: 'unread' }
}

async function oldestOf({ reader, key }: Source, holders: readonly GroupInfo[]): Promise<readonly (Need | null)[]> {
  const lines = holders.map(({ name }) => ['XPENDING', key, name, '-', '+', 1] as const)
  const replies = lines.length === 0 ? [] : await reader.pipeline(lines)
  return replies.map((reply, n) => {
    const group = holders[n]?.name ?? Buffer.alloc(0)
    if (isAppError(reply)) {
      // Destroyed in between, it needs nothing any more.
      if (isAppError(asMissing(reply, key, group), 'NOT_FOUND')) return null
      throw reply
    }
    const [oldest] = parsePendingRows(reply)
    return oldest ? { group, from: oldest.id, by: 'pending' } : null
  })
}
