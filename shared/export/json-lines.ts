import type { Bytes } from '../bytes'
import {
  base64Pieces,
  isDecoded,
  isLarge,
  textPieces,
  type Cell,
  type EntryRow,
  type ExportFormat,
  type ExportHead,
  type GroupRow,
  type LargeValue,
  type Part,
  type PendingRow,
} from './rows'

/**
 * JSON Lines, from which every byte can be had back: a line about what it is of, a line for each row, and a last one, without which the
 * file is not whole. Bytes that are no UTF-8 are `{"base64"}`, what is decoded is `{"decoded","by"}`. README has the shape.
 */
export const jsonLines: ExportFormat = {
  head: (head) => `${headText(head)}\n`,
  *entries(rows) {
    for (const row of rows) yield* entryParts(row)
  },
  *pending(rows) {
    for (const row of rows) yield* pendingParts(row)
  },
  *groups(rows) {
    for (const row of rows) yield `${groupText(row)}\n`
  },
  end: (rows) => `{"end":{"rows":${rows}}}\n`,
}

function headText({ stream, group, of, as, atMs, facts }: ExportHead): string {
  const members = [
    `"stream":${JSON.stringify(stream)}`,
    ...(group === null ? [] : [`"group":${JSON.stringify(group)}`]),
    `"of":"${of}"`,
    ...(as === 'raw' ? [] : [`"as":"${as}"`]),
    `"savedAt":"${new Date(atMs).toISOString()}"`,
  ]
  if (facts !== null) {
    const { length, lastGeneratedId, entriesAdded, maxDeletedId } = facts
    members.push(`"length":${length}`, `"lastGeneratedId":"${lastGeneratedId}"`)
    if (entriesAdded !== null) members.push(`"entriesAdded":${entriesAdded}`)
    if (maxDeletedId !== null) members.push(`"maxDeletedId":"${maxDeletedId}"`)
  }
  return `{${members.join()}}`
}

function* entryParts({ id, fields }: EntryRow): Generator<Part, void> {
  if (isPlain(fields)) yield `${JSON.stringify({ id, fields })}\n`
  else {
    yield `{"id":"${id}","fields":`
    yield* fieldParts(fields)
    yield '}\n'
  }
}

function* pendingParts(row: PendingRow): Generator<Part, void> {
  const { id, consumer, idleMs, deliveredAt, deliveries, fields } = row
  yield `{"id":"${id}","consumer":${JSON.stringify(consumer)},"idleMs":${idleMs},"deliveredAt":${deliveredAt},"deliveries":${deliveries}`
  if (fields !== undefined) yield ',"fields":'
  if (fields === null) yield 'null'
  else if (fields !== undefined) yield* fieldParts(fields)
  yield '}\n'
}

function groupText({ name, lastDeliveredId, entriesRead, pending, lag, consumers }: GroupRow): string {
  const lagText = `{"value":${lag.value},"kind":"${lag.kind}"}`
  return `{"group":${JSON.stringify(name)},"lastDeliveredId":"${lastDeliveredId}","entriesRead":${entriesRead},"pending":${pending},"lag":${lagText},"consumers":${JSON.stringify(consumers)}}`
}

function* fieldParts(fields: EntryRow['fields']): Generator<Part, void> {
  if (isPlain(fields)) {
    yield JSON.stringify(fields)
    return
  }
  let before = '['
  for (const [name, value] of fields) {
    yield `${before}[`
    yield jsonPart(name)
    yield ','
    yield jsonPart(value)
    yield ']'
    before = ','
  }
  yield ']'
}

/** A value in JSON. */
export function jsonPart(cell: Cell): Part {
  if (isLarge(cell)) return largeJson(cell)
  if (!isDecoded(cell)) return JSON.stringify(cell)
  return `{"decoded":${cell.isJson ? cell.decoded : JSON.stringify(cell.decoded)},"by":${JSON.stringify(cell.chain)}}`
}

function* largeJson(value: LargeValue): Generator<string, void> {
  yield value.isText ? '"' : '{"base64":"'
  if (!value.isText) yield* base64Pieces(value)
  else for (const piece of textPieces(value)) yield JSON.stringify(piece).slice(1, -1)
  yield value.isText ? '"' : '"}'
}

function isPlain(fields: EntryRow['fields']): fields is readonly (readonly [Bytes, Bytes])[] {
  return fields.every(([name, value]) => isPlainCell(name) && isPlainCell(value))
}

function isPlainCell(cell: Cell): cell is Bytes {
  return typeof cell === 'string' || 'base64' in cell
}
