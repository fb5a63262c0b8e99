import type { Writer } from './reader-writer'
import { asList } from './reply'

/**
 * HPEXPIREAT: a field goes by itself at `atMs` (ms since 1970), or at once where that has passed. UNSUPPORTED before
 * Redis 7.4 and Valkey 9. https://redis.io/docs/latest/commands/hpexpireat/
 */
export async function expireHashFields(
  writer: Writer,
  key: Buffer,
  names: readonly Buffer[],
  atMs: number,
): Promise<void> {
  if (names.length === 0) throw new RangeError('there is no field to expire')
  asList(await writer.write('HPEXPIREAT', key, atMs, 'FIELDS', names.length, ...names))
}
