import { bytesKey, type Bytes } from '../../../shared/bytes'
import { MOST_COLUMN_NAME, NARROWEST, WIDEST } from '../../../shared/column-limits'
import type { Entry } from '../../../shared/model/entry'
import { readQuery } from '../../../shared/query/read-query'
import { words } from '../../../shared/words/words'
import type { Layout } from '../../stores/entry-layouts'
import { columnName, fieldColumn } from '../../utils/column-id'
import { namesOf, OWN_COLUMNS } from './entry-columns'

/** One line of the dialog of columns. */
export interface ColumnLine {
  readonly id: string
  /** As the table's header has it. */
  readonly name: Bytes
  readonly isShown: boolean
  /** As typed, in pixels; empty: none. */
  readonly width: string
}

/** Names of fields that are offered. */
const MOST_OFFERED = 100
const ASKS = 'has:'

/** The columns that show, in their order, then the others there could be. `plain`: those that show by themselves. */
export function columnLines(
  { columns, widths }: Pick<Layout, 'columns' | 'widths'>,
  plain: readonly string[],
  entries: readonly Entry[],
): readonly ColumnLine[] {
  const shown = columns ?? plain
  const others = [...OWN_COLUMNS, ...plain, ...namesOf(entries, MOST_OFFERED).map(fieldColumn)]
  return [...new Set([...shown, ...others])].map((id) => ({
    id,
    name: columnName(id) ?? ownName(id),
    isShown: shown.includes(id),
    width: String(widths.find(({ column }) => column === id)?.px ?? ''),
  }))
}

function ownName(id: string): string {
  const names: Readonly<Record<string, string>> = {
    id: words.entries.id,
    time: words.entries.time,
    other: words.entries.otherFields,
    size: words.entries.size,
  }
  return names[id] ?? id
}

/** What these lines say; `null` for columns that are those that show by themselves. */
export function chosenLayout(
  lines: readonly ColumnLine[],
  plain: readonly string[],
): Pick<Layout, 'columns' | 'widths'> {
  const columns = lines.filter(({ isShown }) => isShown).map(({ id }) => id)
  const widths = lines.flatMap(({ id, width }) => (width.trim() === '' ? [] : [{ column: id, px: Number(width) }]))
  return { columns: columns.join('\n') === plain.join('\n') ? null : columns, widths }
}

/** A width that is typed, in pixels, or nothing. */
export function isWidth(typed: string): boolean {
  const text = typed.trim()
  return text === '' || (/^\d{1,4}$/.test(text) && Number(text) >= NARROWEST && Number(text) <= WIDEST)
}

/** A name or path as a search reads it. */
export function readColumnName(typed: string): { readonly name: Bytes } | { readonly fault: string } {
  if (typed.trim() === '') return { fault: words.columns.noName }
  const read = readQuery(`${ASKS}${typed.trim()}`)
  if ('fault' in read) {
    const { code, at } = read.fault
    return { fault: words.search.faultAt(words.search.faults[code], Math.max(0, at - ASKS.length)) }
  }
  const [condition, ...more] = read.query.flat()
  if (condition?.subject.kind !== 'field' || condition.how !== 'has' || more.length > 0)
    return { fault: words.columns.one }
  const { name } = condition.subject
  return bytesKey(name).length + ASKS.length * 2 > MOST_COLUMN_NAME ? { fault: words.columns.tooLong } : { name }
}
