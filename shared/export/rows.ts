import type { Bytes } from '../bytes'
import type { Count } from '../count'
import type { EntryId } from '../entry-id'
import type { Lag } from '../model/group'

/** A value that is too long to be made into one text: it is written piece by piece. */
export interface LargeValue {
  readonly raw: Uint8Array
  /** Valid UTF-8. */
  readonly isText: boolean
}
export type Value = Bytes | LargeValue

/** What a value was decoded to: a text, or JSON. `chain`: from the outermost layer to the innermost. */
export interface DecodedCell {
  readonly decoded: string
  readonly isJson: boolean
  readonly chain: readonly string[]
}
export type Cell = Value | DecodedCell

export interface EntryRow {
  readonly id: EntryId
  /** In order; names may repeat. */
  readonly fields: readonly (readonly [name: Value, value: Cell])[]
}

export interface PendingRow {
  readonly id: EntryId
  readonly consumer: Bytes
  readonly idleMs: number
  /** By the server's clock, ms since 1970. */
  readonly deliveredAt: number
  readonly deliveries: Count
  /** Null: gone from the stream. Absent: not read. */
  readonly fields?: EntryRow['fields'] | null
}

export interface ConsumerRow {
  readonly name: Bytes
  readonly pending: number
  readonly idleMs: number
  /** Null: the server doesn't tell. */
  readonly inactiveMs: number | null
}

export interface GroupRow {
  readonly name: Bytes
  readonly lastDeliveredId: EntryId
  readonly entriesRead: Count | null
  readonly pending: number
  readonly lag: Lag
  readonly consumers: readonly ConsumerRow[]
}

/** What XINFO STREAM tells of a stream beside its entries; null: before 7.0. */
export interface StreamFacts {
  readonly length: number
  readonly lastGeneratedId: EntryId
  readonly entriesAdded: Count | null
  readonly maxDeletedId: EntryId | null
}

/** What stands at the beginning. */
export interface ExportHead {
  readonly stream: Bytes
  readonly group: Bytes | null
  readonly of: 'entries' | 'pending' | 'groups'
  readonly as: 'raw' | 'decoded'
  /** ms since 1970. */
  readonly atMs: number
  /** Of a stream all of whose entries are here; null: a part of it, or not known. */
  readonly facts: StreamFacts | null
}

/** A text, or one that is too long, in pieces. */
export type Part = string | Iterable<string>

/** How rows are written down. What one gives is to be written in the order it is given. */
export interface ExportFormat {
  head(head: ExportHead): string
  entries(rows: readonly EntryRow[]): Iterable<Part>
  pending(rows: readonly PendingRow[]): Iterable<Part>
  groups(rows: readonly GroupRow[]): Iterable<Part>
  /** Only of what is whole. */
  end(rows: number): string
}

export function isLarge(value: Cell): value is LargeValue {
  return typeof value === 'object' && 'raw' in value
}

export function isDecoded(cell: Cell): cell is DecodedCell {
  return typeof cell === 'object' && 'decoded' in cell
}

/** Divides by three, so that base64 of it goes on without padding. */
const PIECE_BYTES = 768 * 1024
const PADDING = 0x3d

export function* textPieces({ raw }: LargeValue): Generator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  for (const piece of bytePieces(raw)) yield decoder.decode(piece, { stream: true })
  yield decoder.decode()
}

const BASE64 = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const ascii = new TextDecoder()

/** As bytes of ASCII all along: by texts it takes many times as long. */
export function* base64Pieces({ raw }: LargeValue): Generator<string, void> {
  for (const piece of bytePieces(raw)) {
    const out = new Uint8Array(Math.ceil(piece.length / 3) * 4)
    const letter = (at: number, bits: number): void => void (out[at] = BASE64[bits & 63] ?? 0)
    for (let from = 0, to = 0; from < piece.length; from += 3, to += 4) {
      const three = ((piece[from] ?? 0) << 16) | ((piece[from + 1] ?? 0) << 8) | (piece[from + 2] ?? 0)
      letter(to, three >> 18)
      letter(to + 1, three >> 12)
      letter(to + 2, three >> 6)
      letter(to + 3, three)
    }
    out.fill(PADDING, out.length - ((3 - (piece.length % 3)) % 3))
    yield ascii.decode(out)
  }
}

export function* bytePieces(raw: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < raw.length; at += PIECE_BYTES) yield raw.subarray(at, at + PIECE_BYTES)
}
