import { bytes, type Bytes } from '../bytes'
import { seemsGuarded } from '../format/csv'
import { isDecoded, isLarge, type Cell } from './rows'

const MARK = '{"base64":'
const MARK_BYTES = new TextEncoder().encode(MARK)
const APOSTROPHE = 0x27

/** Whether a cell of this reads as the same: no text that looks like other bytes, or like one that was guarded against being a formula. */
export function isReadBack(cell: Cell): boolean {
  if (isDecoded(cell)) return true
  if (isLarge(cell)) return !cell.isText || !(cell.raw[0] === APOSTROPHE || startsWithMark(cell.raw))
  return typeof cell !== 'string' || !(cell.startsWith(MARK) || seemsGuarded(cell))
}

function startsWithMark(raw: Uint8Array): boolean {
  return MARK_BYTES.every((byte, at) => raw[at] === byte)
}

/** The bytes of a cell, without its quotes. Null: a mark of bytes that are no UTF-8, and no base64 in it. */
export function readCell(text: string): Bytes | null {
  if (seemsGuarded(text)) return text.slice(1)
  if (!text.startsWith(MARK)) return text
  try {
    return bytes.parse(JSON.parse(text))
  } catch {
    return null
  }
}
