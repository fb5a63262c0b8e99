import type { Reader } from './reader-writer'
import { asText } from './reply'

/** TYPE: `stream`, `string`…; `none` where there is no such key. https://redis.io/docs/latest/commands/type/ */
export async function keyType(reader: Reader, key: Buffer): Promise<string> {
  return asText(await reader.call('TYPE', key))
}
