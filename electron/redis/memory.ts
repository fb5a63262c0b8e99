import type { Reader } from './reader-writer'
import { asNumber } from './reply'

/**
 * MEMORY USAGE in bytes, by the server's own sampling, so an estimate; null when the key doesn't exist. Never with
 * SAMPLES 0, which walks all of it. https://redis.io/docs/latest/commands/memory-usage/
 */
export async function memoryUsage(reader: Reader, key: Buffer): Promise<number | null> {
  const bytes = await reader.call('MEMORY', 'USAGE', key)
  return bytes === null ? null : asNumber(bytes)
}
