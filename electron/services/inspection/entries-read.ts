import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { Count } from '../../../shared/count'
import type { StreamInfo } from '../../redis/xinfo'
import type { Source } from '../../redis/source'
import { countBetween } from './count-between'

/**
 * How many of the entries that were ever added lie before a position or at it, as ENTRIESREAD wants it: with it the server
 * itself can tell the group's lag. Counted from the end of the stream as it was read, so what comes meanwhile changes
 * nothing. Null where that can't be told exactly: before Redis 7, or with more than 10 000 entries to count.
 */
export async function entriesReadAt(
  { reader, key }: Source,
  stream: StreamInfo,
  position: EntryId,
): Promise<Count | null> {
  const { entriesAdded, firstId, lastId, length, lastGeneratedId } = stream
  if (entriesAdded === null) return null
  if (lastId === null || compareIds(position, lastId) >= 0) return entriesAdded
  const isBefore = firstId !== null && compareIds(position, firstId) < 0
  const after = isBefore ? length : await countUpTo(lastGeneratedId)
  return after === null ? null : lessBy(entriesAdded, after)

  async function countUpTo(end: EntryId): Promise<number | null> {
    const { value, kind } = await countBetween(reader, key, position, end)
    return kind === 'exact' ? Number(value) : null
  }
}

function lessBy(count: Count, by: number): Count {
  return typeof count === 'number' ? count - by : count - BigInt(by)
}
