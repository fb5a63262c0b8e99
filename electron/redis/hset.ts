import type { Writer } from './reader-writer'
import { asNumber } from './reply'

/**
 * HSET of one entry's fields: how many of them are new to the hash. Other fields of the hash stay; of a name that comes
 * twice, the last value does. `fields`: name, value, name, value… REDIS WRONGTYPE where the key is no hash, OOM.
 * https://redis.io/docs/latest/commands/hset/
 */
export async function setHashFields(writer: Writer, key: Buffer, fields: readonly Buffer[]): Promise<number> {
  if (fields.length === 0 || fields.length % 2 !== 0) throw new RangeError('a hash is pairs of names and values')
  return asNumber(await writer.write('HSET', key, ...fields))
}
