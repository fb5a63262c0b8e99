import type { EntryId } from '../../shared/entry-id'
import { checkBatch } from './batch'
import type { Writer } from './reader-writer'
import { asList, asNumber, ReplyShapeError, type Reply } from './reply'

/**
 * KEEPREF: deletes, and leaves the groups' pending entries dangling, as XDEL does. DELREF: deletes those as well. ACKED:
 * deletes only what every group has read and acked.
 */
export type ReferenceMode = 'KEEPREF' | 'DELREF' | 'ACKED'

/**
 * `kept` (ACKED only): a group holds it or has not read so far; said also of an id so far ahead that does not exist.
 * `absent`: there was nothing to do.
 */
export type DeletionResult = 'deleted' | 'kept' | 'absent'

/**
 * XDELEX (8.2+): what came of each entry, in order; `absent` where the entry or the stream is not there. UNSUPPORTED
 * before; RangeError beyond 500 ids. https://redis.io/docs/latest/commands/xdelex/
 */
export async function deleteWithMode(
  writer: Writer,
  key: Buffer,
  ids: readonly EntryId[],
  mode: ReferenceMode,
): Promise<readonly DeletionResult[]> {
  checkBatch(ids)
  return parseDeletions(await writer.write('XDELEX', key, mode, 'IDS', ids.length, ...ids), ids.length)
}

/** XDELEX and XACKDEL say 1, 2 or -1 per id. */
export function parseDeletions(reply: Reply, asked: number): readonly DeletionResult[] {
  const results = asList(reply).map((each): DeletionResult => {
    const code = asNumber(each)
    if (code === 1) return 'deleted'
    if (code === 2) return 'kept'
    if (code === -1) return 'absent'
    throw new ReplyShapeError(`the server says ${code} of a deletion, which has no meaning`)
  })
  if (results.length !== asked) throw new ReplyShapeError(`the server says ${results.length} results for ${asked} ids`)
  return results
}
