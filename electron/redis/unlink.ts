import type { Writer } from './reader-writer'
import { asNumber } from './reply'

/**
 * UNLINK: false where there was no such key. Its memory is freed in the background, where DEL of a million entries would
 * hold the server up. https://redis.io/docs/latest/commands/unlink/
 */
export async function unlink(writer: Writer, key: Buffer): Promise<boolean> {
  return asNumber(await writer.write('UNLINK', key)) === 1
}
