import type { EntryId } from '../../shared/entry-id'
import { cutReply } from './errors'
import type { Reader } from './reader-writer'
import { asList, type Reply } from './reply'
import { cutEntries, parseEntries, type RawEntry } from './xrange'

/**
 * XREAD BLOCK on one stream: the entries after `afterId`, or none when `blockMs` went by. Only on a connection that is
 * for blocking. Where they are larger than one reply may be, the first of them alone, cut. When the key is deleted meanwhile, Redis 7+ answers UNBLOCKED; before, it goes on waiting.
 * https://redis.io/docs/latest/commands/xread/
 */
export async function readBlocking(
  reader: Reader,
  key: Buffer,
  afterId: EntryId,
  count: number,
  blockMs: number,
): Promise<readonly RawEntry[]> {
  try {
    const reply = await reader.call('XREAD', 'COUNT', count, 'BLOCK', blockMs, 'STREAMS', key, afterId)
    return reply === null ? [] : parseEntries(entriesOfOnlyStream(asList(reply)))
  } catch (error) {
    const cut = cutReply(error)
    if (cut === null) throw error
    if (count > 1) return readBlocking(reader, key, afterId, 1, blockMs)
    return cutEntries({
      reply: entriesOfOnlyStream(asList(cut.reply)),
      bodies: cut.bodies - 1,
      bodyBytes: cut.bodyBytes - key.length,
    })
  }
}

/** RESP2 nests each stream's name and entries in a list of their own; RESP3 has a map, which comes flat. */
function entriesOfOnlyStream(reply: readonly Reply[]): Reply {
  const [first, second] = reply
  const nested = Array.isArray(first) ? asList(first)[1] : second
  return nested ?? []
}
