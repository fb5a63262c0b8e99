import type { Bytes } from '../../../shared/bytes'
import type { ServerInfo } from '../../../shared/model/connection'
import { keySlot } from '../../../shared/key-slot'
import { fromBuffer, toBuffer } from '../../redis/bytes'

/**
 * A stream's name and what follows it. In a cluster the same slot is wanted: the name in braces, unless it has a part in
 * braces already.
 */
export function siblingKey(key: Bytes, suffix: string, { mode }: Pick<ServerInfo, 'mode'>): Bytes {
  const name = toBuffer(key)
  const plain = Buffer.concat([name, Buffer.from(suffix)])
  const tagged = Buffer.concat([Buffer.from('{'), name, Buffer.from(`}${suffix}`)])
  const wantsTag = mode === 'cluster' && keySlot(plain) !== keySlot(name) && keySlot(tagged) === keySlot(name)
  return fromBuffer(wantsTag ? tagged : plain)
}

/** Whether one command may name both: always but in a cluster. */
export function inOneSlot(a: Bytes, b: Bytes, { mode }: Pick<ServerInfo, 'mode'>): boolean {
  return mode !== 'cluster' || keySlot(toBuffer(a)) === keySlot(toBuffer(b))
}
