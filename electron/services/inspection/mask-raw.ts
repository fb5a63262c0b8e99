import type { Bytes } from '../../../shared/bytes'
import { HIDDEN } from '../../../shared/masking/hidden'
import type { Mask } from '../../../shared/masking/mask'
import { fromBuffer } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'

const MIB = 1024 * 1024
/** Of a value that is longer, this much is looked into; where something of it is masked, or a masked name stands in the rest, all of it is. */
const LOOKED_BYTES = MIB
/** What lies behind so much is not looked at. */
const SCANNED_BYTES = 16 * MIB
/** A name lies in both of two pieces, or in one. */
const OVERLAP = 200

/** What of a value may be told; null: all of it. */
export function maskBytes(mask: Mask, name: Bytes, value: Buffer): string | null {
  const told = mask.value(name, value.subarray(0, LOOKED_BYTES))
  if (value.length <= LOOKED_BYTES) return told?.text ?? null
  if (told !== null) return HIDDEN
  for (let at = LOOKED_BYTES; at < Math.min(value.length, SCANNED_BYTES); at += MIB)
    if (mask.standsIn(value.subarray(at - OVERLAP, at + MIB))) return HIDDEN
  return null
}

/** The same entry as it may be told: `count` of its values are masked. */
export function maskRaw(mask: Mask | null, entry: RawEntry): { readonly entry: RawEntry; readonly count: number } {
  if (mask === null) return { entry, count: 0 }
  const fields = [...entry.fields]
  let count = 0
  for (let at = 1; at < fields.length; at += 2) {
    const [name, value] = [fields[at - 1] as Buffer, fields[at] as Buffer]
    const told = maskBytes(mask, fromBuffer(name), value)
    if (told === null) continue
    fields[at] = Buffer.from(told)
    count += 1
  }
  return count === 0 ? { entry, count } : { entry: { ...entry, fields }, count }
}
