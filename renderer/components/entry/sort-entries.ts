import { bytesKey } from '../../../shared/bytes'
import type { Entry } from '../../../shared/model/entry'
import { naturalOrder } from '../../../shared/natural-order'
import { compareDecimals, isDecimal } from '../../../shared/query/decimal'
import { columnName } from '../../utils/column-id'
import type { TableSort } from '../base/table-column'
import { lookAt } from './entry-look'
import { previewJson } from './json-lines'

/** Where a value stands: numbers by what they are, then texts, then what is no text; an entry without one comes last either way. */
interface SortValue {
  readonly kind: 'number' | 'text' | 'bytes' | 'none'
  readonly text: string
}

const KINDS: readonly SortValue['kind'][] = ['number', 'text', 'bytes', 'none']
const MOST_CHARS = 200
/** Of a number that a double keeps. */
const EXACT_CHARS = 15

/** Sorted by one column, by the first of several values, as it is stored; what is alike stays in the order it was in. */
export function sortEntries(entries: readonly Entry[], { column, direction }: TableSort): readonly Entry[] {
  const sign = direction === 'ascending' ? 1 : -1
  return entries
    .map((entry) => ({ entry, value: sortValueOf(entry, column) }))
    .sort(({ value: a }, { value: b }) => {
      if (a.kind === 'none' || b.kind === 'none') return Number(a.kind === 'none') - Number(b.kind === 'none')
      return sign * (KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || compare(a, b))
    })
    .map(({ entry }) => entry)
}

function compare({ kind, text }: SortValue, other: SortValue): number {
  if (kind !== 'number') return naturalOrder(text, other.text)
  const isExact = text.length <= EXACT_CHARS && other.text.length <= EXACT_CHARS
  return isExact ? Number(text) - Number(other.text) : (compareDecimals(text, other.text) ?? 0)
}

function sortValueOf(entry: Entry, column: string): SortValue {
  if (column === 'size') return { kind: 'number', text: String(entry.size) }
  const name = columnName(column)
  const look = name === null ? null : lookAt(entry, column, name)
  if (look === null || look.kind === 'missing') return { kind: 'none', text: '' }
  if (look.kind === 'told') return textValue(look.text)
  if (look.kind === 'node') {
    const { node } = look
    const isWhole = node.kind === 'object' || node.kind === 'array'
    return textValue(isWhole ? previewJson(node, MOST_CHARS) : node.text)
  }
  const value = look.fields[0]?.value ?? ''
  return typeof value === 'string' ? textValue(value) : { kind: 'bytes', text: bytesKey(value) }
}

function textValue(text: string): SortValue {
  return { kind: isDecimal(text) ? 'number' : 'text', text }
}
