import type { Reader } from './reader-writer'
import { asNumber } from './reply'

/** XLEN: 0 also for a stream that doesn't exist. https://redis.io/docs/latest/commands/xlen/ */
export async function streamLength(reader: Reader, key: Buffer): Promise<number> {
  return asNumber(await reader.call('XLEN', key))
}
