import type { Writer } from './reader-writer'
import { asNumber } from './reply'

/**
 * HDEL: how many of these fields there were. A hash without a field left is no more. REDIS WRONGTYPE where the key is no
 * hash. https://redis.io/docs/latest/commands/hdel/
 */
export async function deleteHashFields(writer: Writer, key: Buffer, names: readonly Buffer[]): Promise<number> {
  if (names.length === 0) throw new RangeError('there is no field to delete')
  return asNumber(await writer.write('HDEL', key, ...names))
}
