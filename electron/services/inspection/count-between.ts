import { compareIds, nextId, type EntryId } from '../../../shared/entry-id'
import type { Lag } from '../../../shared/model/group'
import type { Reader } from '../../redis/reader-writer'
import { listIds } from './stream-walk'
import { MAX_COUNTED } from './lag-count'

export const NONE: Lag = { value: 0, kind: 'exact' }

/** How many entries lie after one id up to another, that one included. Counted up to a bound: then at least so many. */
export async function countBetween(reader: Reader, key: Buffer, after: EntryId, upTo: EntryId): Promise<Lag> {
  const from = compareIds(after, upTo) < 0 ? nextId(after) : null
  if (from === null) return NONE
  const { ids, complete } = await listIds(reader, key, { from, to: upTo }, MAX_COUNTED)
  return { value: ids.length, kind: complete ? 'exact' : 'atLeast' }
}
