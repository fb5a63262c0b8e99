import { HIDDEN } from '../../../shared/masking/hidden'
import type { Mask } from '../../../shared/masking/mask'
import { fromBuffer } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'

/** Of a value that is longer, this much is looked at; where something of it is masked, all of it is. */
const LOOKED_BYTES = 1024 * 1024

/** The same entry as it may be told: `count` of its values are masked. */
export function maskRaw(mask: Mask | null, entry: RawEntry): { readonly entry: RawEntry; readonly count: number } {
  if (mask === null) return { entry, count: 0 }
  const fields = [...entry.fields]
  let count = 0
  for (let at = 1; at < fields.length; at += 2) {
    const [name, value] = [fields[at - 1] as Buffer, fields[at] as Buffer]
    const told = mask.value(fromBuffer(name), value.subarray(0, LOOKED_BYTES))
    if (told === null) continue
    fields[at] = Buffer.from(value.length > LOOKED_BYTES ? HIDDEN : told.text)
    count += 1
  }
  return count === 0 ? { entry, count } : { entry: { ...entry, fields }, count }
}
