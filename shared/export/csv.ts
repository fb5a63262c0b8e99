import { bytesKey, type Bytes } from '../bytes'
import { idTimeMs, type EntryId } from '../entry-id'
import { csvCell, isFormula } from '../format/csv'
import { isoTime } from '../time/zone'
import { isReadBack } from './csv-cell'
import { jsonPart } from './json-lines'
import {
  isDecoded,
  isLarge,
  textPieces,
  type Cell,
  type EntryRow,
  type ExportFormat,
  type LargeValue,
  type Part,
  type PendingRow,
  type Value,
} from './rows'

/** A field, or by its name alone one that has a column. */
type Other = readonly [name: Value, value?: Cell]

/** A spreadsheet has no use for more. */
const MOST_COLUMNS = 100
export const PENDING_COLUMNS = ['consumer', 'idle_ms', 'delivered_at', 'deliveries', 'in_stream'] as const
export const GROUP_COLUMNS = [
  'group',
  'last_delivered_id',
  'entries_read',
  'pending',
  'lag',
  'lag_kind',
  'consumers',
] as const

/**
 * CSV for a spreadsheet, as RFC 4180, and safe to open there: see `csvCell`. A column for each field of the first rows; what finds no
 * column (a name that comes later, or once more, or a text that would read as another one) is in `others`, as a JSON list of pairs. Bytes that are no
 * UTF-8 are `{"base64"}`. An entry reads as its columns, but for empty cells, and then `others`; where it is another one, `others` names all of
 * its fields in order, and that of a column by its name alone.
 */
export function createCsv(as: 'raw' | 'decoded'): ExportFormat {
  /** Place of each name's column; null: not known yet. */
  let columns: ReadonlyMap<string, number> | null = null
  let before: readonly string[] = []

  function begin(rows: readonly (EntryRow['fields'] | null | undefined)[]): string {
    if (columns !== null) return ''
    const names = namesIn(rows)
    columns = new Map(names.map((name, at) => [bytesKey(name), at]))
    const isWithFields = rows.some((fields) => fields !== undefined)
    return line([
      ...before,
      ...names.map(textOf),
      ...(isWithFields ? ['others'] : []),
      ...(isWithFields && as === 'decoded' ? ['decoded'] : []),
    ])
  }
  function* rowParts(facts: readonly (string | number | null)[], fields: EntryRow['fields'] | null): Generator<Part> {
    yield facts.map(csvCell).join()
    const cells = new Array<Part>(columns?.size ?? 0).fill('')
    const taken = new Set<number>()
    const told: Other[] = []
    const decoded: string[] = []
    let last = -1
    let isPlain = true
    for (const [name, value] of fields ?? []) {
      const at = isLarge(name) || !isReadBack(value) ? undefined : columns?.get(bytesKey(name))
      if (isDecoded(value)) decoded.push(`${isLarge(name) ? '…' : textOf(name)}: ${value.chain.join(' → ')}`)
      if (at === undefined || taken.has(at)) {
        told.push([name, value])
        last = Infinity
      } else {
        taken.add(at)
        cells[at] = cellPart(value)
        told.push([name])
        isPlain &&= at > last && !isEmpty(value)
        last = Math.max(last, at)
      }
    }
    for (const cell of cells) {
      yield ','
      yield cell
    }
    yield ','
    const others = isPlain ? told.filter(({ length }) => length === 2) : told
    if (others.length > 0) yield othersPart(others)
    if (as === 'decoded') yield `,${csvCell(decoded.join('; '))}`
    yield '\r\n'
  }

  return {
    head({ of }) {
      before = of === 'groups' ? GROUP_COLUMNS : ['id', 'time', ...(of === 'pending' ? PENDING_COLUMNS : [])]
      return ''
    },
    *entries(rows) {
      if (rows.length === 0) return
      yield begin(rows.map(({ fields }) => fields))
      for (const { id, fields } of rows) yield* rowParts([id, timeOf(id)], fields)
    },
    *pending(rows) {
      if (rows.length === 0) return
      yield begin(rows.map(({ fields }) => fields))
      for (const row of rows) {
        const facts = pendingFacts(row)
        if (row.fields === undefined) yield line(facts)
        else yield* rowParts(facts, row.fields)
      }
    },
    *groups(rows) {
      yield begin([])
      for (const { name, lastDeliveredId, entriesRead, pending, lag, consumers } of rows) {
        const [read, behind] = [entriesRead, lag.value].map((count) => (count === null ? null : String(count)))
        yield line([textOf(name), lastDeliveredId, read ?? null, pending, behind ?? null, lag.kind, consumers.length])
      }
    },
    end: () => begin([]),
  }
}

function line(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join()}\r\n`
}

function pendingFacts({ id, consumer, idleMs, deliveredAt, deliveries, fields }: PendingRow) {
  const inStream = fields === undefined ? null : fields === null ? 'no' : 'yes'
  const delivered = isoTime(deliveredAt)
  return [id, timeOf(id), textOf(consumer), idleMs, delivered, String(deliveries), inStream]
}

function namesIn(rows: readonly (EntryRow['fields'] | null | undefined)[]): readonly Bytes[] {
  const names = new Map<string, Bytes>()
  for (const fields of rows) {
    for (const [name] of fields ?? []) {
      if (names.size >= MOST_COLUMNS) return [...names.values()]
      if (!isLarge(name) && isReadBack(name)) names.set(bytesKey(name), name)
    }
  }
  return [...names.values()]
}

/** UTC; of an id that holds no time none. */
function timeOf(id: EntryId): string | null {
  const ms = idTimeMs(id)
  return ms === null ? null : isoTime(ms)
}

function textOf(value: Bytes): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isEmpty(cell: Cell): boolean {
  return isLarge(cell) ? cell.raw.length === 0 : cell === ''
}

function cellPart(cell: Cell): Part {
  if (isLarge(cell)) return largeCell(cell)
  return csvCell(isDecoded(cell) ? cell.decoded : textOf(cell))
}

function* largeCell(value: LargeValue): Generator<string, void> {
  yield '"'
  let isFirst = true
  for (const piece of value.isText ? textPieces(value) : piecesOf(jsonPart(value))) {
    if (isFirst && isFormula(piece)) yield "'"
    isFirst = false
    yield piece.replaceAll('"', '""')
  }
  yield '"'
}

function othersPart(others: readonly Other[]): Part {
  const parts = others.flatMap(([name, value], at): Part[] => [
    at === 0 ? '[[' : ',[',
    jsonPart(name),
    ...(value === undefined ? [] : [',', jsonPart(value)]),
    ']',
  ])
  return quoted([...parts, ']'])
}

function* quoted(parts: readonly Part[]): Generator<string, void> {
  yield '"'
  for (const part of parts) for (const piece of piecesOf(part)) yield piece.replaceAll('"', '""')
  yield '"'
}

function piecesOf(part: Part): Iterable<string> {
  return typeof part === 'string' ? [part] : part
}
