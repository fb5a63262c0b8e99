import type { Entry, Field } from '../../../shared/model/entry'
import { fromBuffer } from '../../redis/bytes'
import { entryBytes, type RawEntry } from '../../redis/xrange'

/** How much of an entry is shown. Bytes. */
export interface ViewLimits {
  readonly nameBytes: number
  readonly valueBytes: number
  readonly fields: number
  /** Of names and values together; beyond it values are cut as for a list. */
  readonly totalBytes: number
}

const KIB = 1024
export const LIST_ROW: ViewLimits = { nameBytes: 128, valueBytes: 512, fields: 50, totalBytes: 64 * KIB }
/** For the drawer: whole, but for what no screen could show. */
export const WHOLE_ENTRY: ViewLimits = {
  nameBytes: 64 * KIB,
  valueBytes: 1024 * KIB,
  fields: 10_000,
  totalBytes: 16 * 1024 * KIB,
}

/** An entry as the contract carries it: fields in order, duplicates kept, what is long cut and marked. */
export function viewEntry(raw: RawEntry, limits: ViewLimits): Entry {
  const count = raw.fields.length / 2
  const fields: Field[] = []
  let shown = 0
  for (let at = 0; at < Math.min(count, limits.fields); at += 1) {
    const room = shown < limits.totalBytes ? limits.valueBytes : Math.min(limits.valueBytes, LIST_ROW.valueBytes)
    const { field, bytes } = viewField(raw, at, limits.nameBytes, room)
    shown += bytes
    fields.push(field)
  }
  return { id: raw.id, fields, moreFields: count - fields.length + (raw.cut?.moreFields ?? 0), size: entryBytes(raw) }
}

/** The field at an index, from 0, and how many bytes of it are shown. */
export function viewField(
  { fields }: RawEntry,
  at: number,
  nameBytes: number,
  valueBytes: number,
): { readonly field: Field; readonly bytes: number } {
  const name = fields[at * 2] ?? Buffer.alloc(0)
  const value = fields[at * 2 + 1] ?? Buffer.alloc(0)
  const shownName = cutBytes(name, nameBytes)
  const shownValue = cutBytes(value, valueBytes)
  const cut = shownName.length < name.length || shownValue.length < value.length
  const field = { name: fromBuffer(shownName), value: fromBuffer(shownValue), size: value.length, cut }
  return { field, bytes: shownName.length + shownValue.length }
}

/** The beginning of it, not ending within a character of UTF-8. */
export function cutBytes(whole: Buffer, limit: number): Buffer {
  if (whole.length <= limit) return whole
  let end = limit
  // A character has at most three bytes that continue it (10xxxxxx).
  for (let back = 0; back < 3 && end > 0 && ((whole[end] ?? 0) & 0xc0) === 0x80; back += 1) end -= 1
  const within = ((whole[end] ?? 0) & 0xc0) === 0x80
  return whole.subarray(0, within ? limit : end)
}
