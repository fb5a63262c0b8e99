import type { Writer } from './reader-writer'
import { orMissing } from './missing'
import { asNumber } from './reply'

/**
 * RENAMENX: false where `to` exists, and nothing changed. NOT_FOUND stream where `from` does not. In a cluster both must
 * be in the same slot. https://redis.io/docs/latest/commands/renamenx/
 */
export async function renameUnlessTaken(writer: Writer, from: Buffer, to: Buffer): Promise<boolean> {
  return asNumber(await orMissing(writer.write('RENAMENX', from, to), from)) === 1
}
