import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { Source } from '../../redis/source'
import { streamInfo } from '../../redis/xinfo'

/**
 * Of ids that were in a stream and are gone, those that nobody can have deleted by id: XDEL and its kin raise the
 * max-deleted-entry-id (7.0+), trimming does not. Where the server has none, none is known to be trimmed. NOT_FOUND stream.
 * https://redis.io/docs/latest/commands/xinfo-stream/
 */
export async function trimmedAway({ reader, key }: Source, gone: readonly EntryId[]): Promise<ReadonlySet<EntryId>> {
  if (gone.length === 0) return new Set()
  const { maxDeletedId } = await streamInfo(reader, key)
  return new Set(maxDeletedId === null ? [] : gone.filter((id) => compareIds(id, maxDeletedId) > 0))
}
