import { z } from 'zod'
import { bytes, bytesKey, type Bytes } from '../../../shared/bytes'
import { entryId } from '../../../shared/entry-id'
import { readCell } from '../../../shared/export/csv-cell'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import { toBuffer } from '../../redis/bytes'
import type { CsvCell } from './csv-rows'
import { isHalfLetter } from './import-line'
import { wrongCell, wrongLine, type RowReader } from './import-read'

/** A field, or by its name alone one that has a column: see `createCsv`. */
const others = z.array(z.union([z.tuple([bytes, bytes]), z.tuple([bytes])]))
type Others = z.infer<typeof others>

/** Of what an export of entries wrote: `id`, `time` (which the id tells), a column for each of some fields, `others`. */
export function createOursReader(titles: readonly CsvCell[]): RowReader {
  const names = titles.slice(2, -1).map((title) => readCell(title.bytes.toString()) ?? title.bytes.toString())
  return ({ line, cells, isEnded }) => {
    const fault = (at: number, why: Message, remedy: Message) =>
      ({ kind: 'fault', fault: wrongCell(line, at + 1, why, remedy) }) as const
    if (!isEnded) {
      return { kind: 'fault', fault: wrongLine(line, message('entry-import.cut'), message('entry-import.end-line')) }
    }
    const id = entryId.safeParse(cells[0]?.bytes.toString())
    if (!id.success) return fault(0, message('entry-import.no-id'), message('entry-import.give-ids'))
    const own: (readonly [Bytes, Bytes])[] = []
    for (const [at, name] of names.entries()) {
      const text = cells[at + 2]?.bytes.toString() ?? ''
      const value = readCell(text)
      if (value === null) return fault(at + 2, message('entry-import.no-base64'), message('entry-import.as-exported'))
      own.push([name, value])
    }
    const last = cells.length - 1
    const more = readOthers(cells[last])
    if (more === null) return fault(last, message('entry-import.bad-others'), message('entry-import.as-exported'))
    const fields = inOrder(own, more)
    if (fields === null) return fault(last, message('entry-import.others-name'), message('entry-import.as-exported'))
    if (fields.length === 0) {
      return {
        kind: 'fault',
        fault: wrongLine(line, message('entry-import.no-cell'), message('entry-import.leave-out')),
      }
    }
    return { kind: 'entry', line, entry: { id: id.data, fields: fields.flat().map(toBuffer) } }
  }
}

/** Null: what is there is no such list. */
function readOthers(cell: CsvCell | undefined): Others | null {
  const text = cell?.bytes.toString() ?? ''
  if (text === '') return []
  try {
    const read = others.parse(JSON.parse(text))
    return read.flat().some((part) => typeof part === 'string' && isHalfLetter(part)) ? null : read
  } catch {
    return null
  }
}

/** Null: a name has no column, or is there twice, or one with a value is not there. */
function inOrder(own: readonly (readonly [Bytes, Bytes])[], more: Others): readonly (readonly [Bytes, Bytes])[] | null {
  const filled = own.filter(([, value]) => value !== '')
  const named = more.flatMap((each) => (each.length === 1 ? [bytesKey(each[0])] : []))
  if (named.length === 0) return [...filled, ...(more as [Bytes, Bytes][])]
  const values = new Map(own.map(([name, value]) => [bytesKey(name), value]))
  const all = new Set(named)
  if (all.size < named.length || filled.some(([name]) => !all.has(bytesKey(name)))) return null
  const fields: (readonly [Bytes, Bytes])[] = []
  for (const [name, given] of more) {
    const value = given ?? values.get(bytesKey(name))
    if (value === undefined) return null
    fields.push([name, value])
  }
  return fields
}
