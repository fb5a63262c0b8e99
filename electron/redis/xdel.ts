import type { EntryId } from '../../shared/entry-id'
import type { Writer } from './reader-writer'
import { asNumber } from './reply'

/** XDEL: how many of the entries were there, and went. At most some thousand. https://redis.io/docs/latest/commands/xdel/ */
export async function deleteEntries(writer: Writer, key: Buffer, ids: readonly EntryId[]): Promise<number> {
  return asNumber(await writer.write('XDEL', key, ...ids))
}
