import { isUtf8 } from 'node:buffer'
import { entryId } from '../../../shared/entry-id'
import { GROUP_COLUMNS, PENDING_COLUMNS } from '../../../shared/export/csv'
import { message } from '../../../shared/words/messages'
import { createOursReader } from './csv-ours'
import { csvRows, isStop, type CsvCell, type CsvRow, type CsvStop } from './csv-rows'
import { wrongCell, wrongLine, type ImportFault, type ImportRead, type RowReader } from './import-read'

interface CsvOptions {
  readonly separator: string
  readonly mostLineBytes: number
}

/**
 * Of CSV, one row at a time: what an export of entries wrote, or any with a first row of field names. Of the latter each cell is as it stands; an
 * empty one without quotes is no field. `id`, where its first cell is one as 1-0, is each entry's id.
 */
export async function* csvReads(
  chunks: AsyncIterable<Buffer>,
  { separator, mostLineBytes }: CsvOptions,
): AsyncGenerator<ImportRead, void> {
  let names: readonly CsvCell[] | null = null
  let reader: RowReader | null = null
  for await (const row of csvRows(chunks, { separator, mostBytes: mostLineBytes })) {
    if (isStop(row)) {
      yield stopped(row, mostLineBytes)
      return
    }
    if (isBlank(row)) continue
    const odd = row.cells.findIndex(({ bytes }) => !isUtf8(bytes))
    if (odd !== -1) {
      const fault = wrongCell(row.line, odd + 1, message('entry-import.not-utf8'), message('entry-import.save-utf-8'))
      yield { kind: 'fault', fault }
      if (names === null) return
      continue
    }
    if (names === null) {
      const fault = wrongHeader(row)
      if (fault !== null) {
        yield { kind: 'fault', fault }
        return
      }
      names = row.cells
      continue
    }
    if (row.cells.length !== names.length) {
      const why = message('entry-import.cells', { cells: row.cells.length, columns: names.length })
      yield { kind: 'fault', fault: wrongLine(row.line, why, message('entry-import.quote-cells')) }
      continue
    }
    if (reader === null) {
      const idAt = isOurs(names) ? 0 : idColumn(names, row)
      if (idAt === -1) yield { kind: 'no-ids' }
      reader = isOurs(names) ? createOursReader(names) : createPlainReader(names, idAt)
    }
    yield reader(row)
  }
}

/** A line feed more. */
function isBlank({ cells: [first, ...more] }: CsvRow): boolean {
  return more.length === 0 && first?.isQuoted === false && first.bytes.length === 0
}

function textOf(cell: CsvCell | undefined): string {
  return cell?.bytes.toString() ?? ''
}

/** Of an export of entries as raw values. */
function isOurs(names: readonly CsvCell[]): boolean {
  return textOf(names[0]) === 'id' && textOf(names[1]) === 'time' && textOf(names.at(-1)) === 'others'
}

function wrongHeader({ line, cells }: CsvRow): ImportFault | null {
  const titles = cells.map(textOf)
  const starts = (with_: readonly string[]) => with_.every((title, at) => titles[at] === title)
  const isDecoded = starts(['id', 'time']) && titles.at(-2) === 'others' && titles.at(-1) === 'decoded'
  if (isDecoded || starts(['id', 'time', ...PENDING_COLUMNS]) || starts(GROUP_COLUMNS)) {
    return wrongLine(line, message('entry-import.other-kind'), message('entry-import.export-raw'))
  }
  const nameless = isOurs(cells) ? -1 : titles.indexOf('')
  if (nameless === -1) return null
  return wrongCell(line, nameless + 1, message('entry-import.no-name'), message('entry-import.name-columns'))
}

/** -1: there is none. */
function idColumn(names: readonly CsvCell[], first: CsvRow): number {
  const at = names.findIndex((name) => textOf(name) === 'id')
  return at !== -1 && /^\d+-\d+$/.test(textOf(first.cells[at])) ? at : -1
}

function createPlainReader(names: readonly CsvCell[], idAt: number): RowReader {
  let number = 0
  return ({ line, cells }) => {
    number += 1
    const id = entryId.safeParse(idAt === -1 ? `0-${number}` : textOf(cells[idAt]))
    if (!id.success) {
      return {
        kind: 'fault',
        fault: wrongCell(line, idAt + 1, message('entry-import.no-id'), message('entry-import.give-ids')),
      }
    }
    const fields = cells.flatMap(({ bytes, isQuoted }, at) => {
      const name = names[at]
      return at === idAt || name === undefined || (bytes.length === 0 && !isQuoted) ? [] : [name.bytes, bytes]
    })
    if (fields.length > 0) return { kind: 'entry', line, entry: { id: id.data, fields } }
    return { kind: 'fault', fault: wrongLine(line, message('entry-import.no-cell'), message('entry-import.leave-out')) }
  }
}

function stopped({ line, column, why }: CsvStop, bytes: number): ImportRead {
  const said = {
    'open-quote': message('entry-import.open-quote'),
    'after-quote': message('entry-import.after-quote'),
    'quote-inside': message('entry-import.quote-inside'),
    'lone-cr': message('entry-import.lone-cr'),
    'too-many': message('entry-import.too-many'),
    'too-long': message('entry-import.too-long', { bytes }),
  }[why]
  const remedy = {
    'open-quote': message('entry-import.close-quote'),
    'after-quote': message('entry-import.double-quotes'),
    'quote-inside': message('entry-import.double-quotes'),
    'lone-cr': message('entry-import.end-lines'),
    'too-many': message('entry-import.leave-out'),
    'too-long': message('entry-import.close-quote'),
  }[why]
  return {
    kind: 'fault',
    fault: column === null ? wrongLine(line, said, remedy) : wrongCell(line, column, said, remedy),
  }
}
