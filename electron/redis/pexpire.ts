import type { Writer } from './reader-writer'
import { asNumber } from './reply'

/**
 * PEXPIRE, ms from now: false where there is no such key. 0 or less deletes the key, so that is refused (RangeError).
 * https://redis.io/docs/latest/commands/pexpire/
 */
export async function expireAfter(writer: Writer, key: Buffer, ttlMs: number): Promise<boolean> {
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 1) throw new RangeError('a key lives for 1 ms or more')
  return asNumber(await writer.write('PEXPIRE', key, ttlMs)) === 1
}
