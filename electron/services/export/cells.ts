import { isUtf8 } from 'node:buffer'
import { displayBytes, toUint8Array } from '../../../shared/bytes'
import type { DecodeLimits } from '../../../shared/decode/budget'
import { decodeValue } from '../../../shared/decode/chain'
import { jsonOfTree } from '../../../shared/decode/tree-text'
import type { Mask } from '../../../shared/masking/mask'
import type { Cell, DecodedCell, EntryRow, Value } from '../../../shared/export/rows'
import type { DecodedValue } from '../../../shared/model/decoded'
import type { FieldDecoding } from '../../../shared/model/settings'
import { fromBuffer, nameKey } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'
import type { DecodeChoice } from '../decoding/decoding'

const KIB = 1024
/** What is made into one text at a time. */
const LARGE_BYTES = 1024 * KIB
/** Of one value, by this thread, which has others to serve; what takes more goes to another one. */
const AT_ONCE: DecodeLimits = { ms: 10, depth: 256, nodes: 10_000, unpackedBytes: 1024 * KIB, steps: 6 }
const AT_ONCE_BYTES = 256 * KIB
/** What is longer stays as it is. */
const MOST_DECODED_BYTES = 8 * 1024 * KIB
const NAME_CHARS = 200

/** The fields of an entry as they are written down. */
export type ToCells = (entry: RawEntry) => EntryRow['fields'] | Promise<EntryRow['fields']>

/** As they are stored. */
export function rawCells({ fields }: RawEntry): EntryRow['fields'] {
  const cells: (readonly [Value, Value])[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    cells.push([valueOf(fields[at] as Buffer), valueOf(fields[at + 1] as Buffer)])
  }
  return cells
}

function valueOf(raw: Buffer): Value {
  return raw.length > LARGE_BYTES ? { raw, isText: isUtf8(raw) } : fromBuffer(raw)
}

export interface CellDecoding {
  /** What was chosen for fields of the stream. */
  readonly chosen: readonly Pick<FieldDecoding, 'field' | 'as' | 'schema'>[]
  decode(bytes: Uint8Array, choice: DecodeChoice): Promise<DecodedValue>
  /** Of what lay packed; null: nothing is. */
  readonly mask: Mask | null
  onMasked(values: number): void
}

/** As what they are, where a text says all of that; by what was chosen for the field, else as is found out. */
export function decodedCells({ chosen, decode, mask, onMasked }: CellDecoding): ToCells {
  const ways = new Map(chosen.map(({ field, as, schema }) => [nameKey(field), { as, schema }]))

  /** What a value turned out to be, where that was not to be seen before. */
  function shown<D extends Pick<DecodedValue, 'root' | 'last'>>(field: string, decoded: D): D {
    if (mask === null) return decoded
    const root = decoded.root && mask.tree(field, decoded.root)
    const last = typeof decoded.last === 'string' ? (mask.text(field, decoded.last) ?? decoded.last) : decoded.last
    if (root === decoded.root && last === decoded.last) return decoded
    onMasked(1)
    return { ...decoded, root, last }
  }

  async function cellOf(name: Buffer, raw: Buffer): Promise<Cell> {
    if (raw.length > MOST_DECODED_BYTES) return valueOf(raw)
    const way = ways.get(nameKey(name)) ?? { as: 'auto' as const, schema: null }
    const choice = { ...way, name: displayBytes(fromBuffer(name.subarray(0, NAME_CHARS))).slice(0, NAME_CHARS) }
    const field = displayBytes(fromBuffer(name))
    if (raw.length > AT_ONCE_BYTES) return cellFrom(shown(field, await decode(raw, choice))) ?? valueOf(raw)
    const { chain, root, last, isCut, fault, needsHost } = decodeValue({ ...choice, bytes: raw, tools: null }, AT_ONCE)
    if (needsHost !== null || fault?.code === 'too-slow')
      return cellFrom(shown(field, await decode(raw, choice))) ?? valueOf(raw)
    if (chain.length === 0 || fault !== null || isCut) return valueOf(raw)
    const here = shown(field, { root, last: root === null ? textOf(last) : null })
    return cell(chain, here.root === null ? null : jsonOfTree(here.root), here.last) ?? valueOf(raw)
  }

  return async ({ fields }) => {
    const cells: (readonly [Value, Cell])[] = []
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const name = fields[at] as Buffer
      cells.push([valueOf(name), await cellOf(name, fields[at + 1] as Buffer)])
    }
    return cells
  }
}

/** Null: no text says all of it. */
function cellFrom({ chain, root, last, size, isCut, fault }: DecodedValue): DecodedCell | null {
  if (chain.length === 0 || fault !== null || isCut) return null
  if (root !== null) return cell(chain, jsonOfTree(root), null)
  const isAll = typeof last === 'string' && toUint8Array(last).length === size
  return cell(chain, null, isAll ? last : null)
}

function cell(chain: readonly string[], json: string | null, text: string | null): DecodedCell | null {
  const decoded = json ?? text
  return decoded === null ? null : { decoded, isJson: json !== null, chain }
}

function textOf(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString() : null
}
