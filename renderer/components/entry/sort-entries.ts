import { bytesKey } from '../../../shared/bytes'
import type { Entry } from '../../../shared/model/entry'
import { naturalOrder } from '../../../shared/natural-order'
import { compareDecimals, isDecimal } from '../../../shared/query/decimal'
import { columnName } from '../../utils/column-id'
import type { TableSort } from '../base/table-column'
import { lookAt } from './entry-look'
import { previewJson } from './json-lines'

/** Where a value stands: numbers by what they are, then texts, then what is no text; an entry without one comes last either way. */
interface Place {
  readonly kind: 'number' | 'text' | 'bytes' | 'none'
  readonly text: string
}

const KINDS: readonly Place['kind'][] = ['number', 'text', 'bytes', 'none']
const MOST_CHARS = 200
/** Of a number that a double keeps. */
const EXACT_CHARS = 15

/** Sorted by one column, by the first of several values, as it is stored; what is alike stays in the order it was in. */
export function sortEntries(entries: readonly Entry[], { column, direction }: TableSort): readonly Entry[] {
  const sign = direction === 'ascending' ? 1 : -1
  return entries
    .map((entry) => ({ entry, place: placeOf(entry, column) }))
    .sort(({ place: a }, { place: b }) => {
      if (a.kind === 'none' || b.kind === 'none') return Number(a.kind === 'none') - Number(b.kind === 'none')
      return sign * (KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || compare(a, b))
    })
    .map(({ entry }) => entry)
}

function compare({ kind, text }: Place, other: Place): number {
  if (kind !== 'number') return naturalOrder(text, other.text)
  const isExact = text.length <= EXACT_CHARS && other.text.length <= EXACT_CHARS
  return isExact ? Number(text) - Number(other.text) : (compareDecimals(text, other.text) ?? 0)
}

function placeOf(entry: Entry, column: string): Place {
  if (column === 'size') return { kind: 'number', text: String(entry.size) }
  const name = columnName(column)
  const look = name === null ? null : lookAt(entry, column, name)
  if (look === null || look.kind === 'missing') return { kind: 'none', text: '' }
  if (look.kind === 'told') return textPlace(look.text)
  if (look.kind === 'node') {
    const { node } = look
    const isWhole = node.kind === 'object' || node.kind === 'array'
    return textPlace(isWhole ? previewJson(node, MOST_CHARS) : node.text)
  }
  const value = look.fields[0]?.value ?? ''
  return typeof value === 'string' ? textPlace(value) : { kind: 'bytes', text: bytesKey(value) }
}

function textPlace(text: string): Place {
  return { kind: isDecimal(text) ? 'number' : 'text', text }
}
