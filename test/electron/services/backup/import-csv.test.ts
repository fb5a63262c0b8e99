import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvRows, isStop } from '../../../../electron/services/backup/csv-rows'
import { csvReads } from '../../../../electron/services/backup/import-csv'
import { peek } from '../../../../electron/services/backup/import-format'
import type { ImportRead } from '../../../../electron/services/backup/import-read'
import { fromBuffer, toBuffer } from '../../../../electron/redis/bytes'
import { fromUint8Array, type Bytes } from '../../../../shared/bytes'
import { createCsv } from '../../../../shared/export/csv'
import type { EntryRow, LargeValue, Part } from '../../../../shared/export/rows'
import { sentence } from '../../../../shared/words/messages'
import { piecesOf, said } from './import-kit'

const MOST = 4096
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
async function reads(content: string | Buffer, size = 7, mostLineBytes = MOST): Promise<ImportRead[]> {
  const { separator, chunks } = await peek(piecesOf(Buffer.from(content), size))
  return all(csvReads(chunks, { separator, mostLineBytes }))
}

const anyBytes = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.uint8Array({ maxLength: 6 }).map(fromUint8Array),
  fc.constantFrom<Bytes>(
    '=1+1',
    "'=1",
    "'-5",
    '-5',
    '"',
    ',',
    ';',
    '\r\n',
    '\r',
    '\n',
    "'",
    '{"base64":"/w=="}',
    '{"base64":',
    '',
    'id',
    'others',
  ),
)
const anyRows = fc.array(fc.array(fc.tuple(anyBytes, anyBytes), { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 5,
})

function exported(rows: readonly EntryRow[], pageOf: number): string {
  const csv = createCsv('raw')
  const textOf = (parts: Iterable<Part>) =>
    [...parts].map((part) => (typeof part === 'string' ? part : [...part].join(''))).join('')
  let text = csv.head({ stream: 's', group: null, of: 'entries', as: 'raw', atMs: 0, facts: null })
  for (let at = 0; at < rows.length; at += pageOf) text += textOf(csv.entries(rows.slice(at, at + pageOf)))
  return text + csv.end(rows.length)
}

describe('what an export wrote', () => {
  test('comes back: ids, order, names that repeat, any bytes; also of values in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRows,
        fc.nat(2),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        async (bodies, more, inPieces, size) => {
          const rows: EntryRow[] = bodies.map((fields, at) => ({ id: `${at + 1}-7`, fields }))
          const large = (value: Bytes): LargeValue => ({ raw: toBuffer(value), isText: typeof value === 'string' })
          const given = inPieces
            ? rows.map(({ id, fields }) => ({
                id,
                fields: fields.map(([name, value]) => [name, large(value as Bytes)] as const),
              }))
            : rows
          const text = exported(given, more + 1)
          const back = (await reads(text, size, 1 << 20)).map((read) => {
            if (read.kind !== 'entry') throw new Error(said(read))
            return { id: read.entry.id, fields: read.entry.fields.map(fromBuffer) }
          })
          expect(back).toEqual(rows.map(({ id, fields }) => ({ id, fields: fields.flat() })))
        },
      ),
      { numRuns: 400 },
    )
  })

  const head = 'id,time,a,b,others\r\n'
  test.each([
    ['cut short in a row', `${head}1-0,,x,y`, 'Line 2: it has 4 cells, and the first row 5.'],
    ['cut short behind the last comma', `${head}1-0,,x,y,`, 'Line 2: no line break ends it: the file was cut short.'],
    ['no id', `${head}1,,x,y,\n`, 'Line 2, column 1: it is no entry id.'],
    ['an id beyond 64 bits', `${head}18446744073709551616-0,,x,y,\n`, 'Line 2, column 1: it is no entry id.'],
    ['no field', `${head}1-0,,,,\n`, 'Line 2: all of its cells are empty: there would be no field.'],
    ['no base64', `${head}1-0,,"{""base64"":""*""}",,\n`, 'Line 2, column 3: what follows {"base64": is no base64.'],
    ['others that are no list', `${head}1-0,,x,,{}\n`, 'Line 2, column 5: it is no list of names and values'],
    [
      'half a letter',
      `${head}1-0,,x,,"[[""a"",""\\ud83d""]]"\n`,
      'Line 2, column 5: it is no list of names and values',
    ],
    ['a name of no column', `${head}1-0,,x,,"[[""a""],[""c""]]"\n`, 'Line 2, column 5: the fields that it names'],
    ['a column that is not named', `${head}1-0,,x,y,"[[""a""]]"\n`, 'Line 2, column 5: the fields that it names'],
    ['a column named twice', `${head}1-0,,x,,"[[""a""],[""a""]]"\n`, 'Line 2, column 5: the fields that it names'],
    ['decoded values', 'id,time,a,others,decoded\n1-0,,x,,\n', 'Line 1: this is no export of entries as raw values.'],
    [
      'an export of groups',
      'group,last_delivered_id,entries_read,pending,lag,lag_kind,consumers\n',
      'Line 1: this is no export',
    ],
    [
      'an export of what is pending',
      'id,time,consumer,idle_ms,delivered_at,deliveries,in_stream,a,others\n',
      'Line 1: this is no export',
    ],
  ])('%s: is told, and the line and column', async (_what, text, expected) => {
    expect((await reads(text)).map(said)).toEqual([expect.stringContaining(expected)])
  })
})

test('an export is told by its own columns, however many other separators stand in the names of its fields', async () => {
  for (const name of ['a;b;c;d;e', 'a\tb\tc\td\te']) {
    const { separator } = await peek(piecesOf(Buffer.from(`id,time,${name},others\n`), 5))
    expect(separator).toBe(',')
  }
})

describe('any CSV', () => {
  test.each([
    [
      'names repeat, an empty cell is none, one in quotes is',
      'a,b,a\n1,,2\n"","x ""y""",\n',
      ['no-ids', '0-1 a 1 a 2', '0-2 a  b x "y"'],
    ],
    ['ids of its own', 'a,id\n1,5-1\n2,6-0\n', ['5-1 a 1', '6-0 a 2']],
    [
      'a first row that is short, before what its id would be',
      'name,id\nx\ny,1-0\n',
      ['Line 2: it has 1 cell, and the first row 2.', '1-0 name y'],
    ],
    ['a column id that holds none', 'id,a\n42,x\n', ['no-ids', '0-1 id 42 a x']],
    ['an id that is none later', 'id,a\n5-1,x\n,y\n', ['5-1 a x', 'Line 3, column 1: it is no entry id.']],
    [
      'semicolons, a byte order mark, CRLF, blank lines, no last line break',
      '\ufeffa;b\r\n1,5;2\r\n\r\n3;4',
      ['no-ids', '0-1 a 1,5 b 2', '0-2 a 3 b 4'],
    ],
    ['tabs', 'a\tb\n1\t2\n', ['no-ids', '0-1 a 1 b 2']],
    ['breaks and commas in quotes', '"a,b"\n"x\r\ny"\nz\n', ['no-ids', '0-1 a,b x\r\ny', '0-2 a,b z']],
    ['cells as they stand', 'a\n\'=1\n"{""base64"":""/w==""}"\n', ['no-ids', "0-1 a '=1", '0-2 a {"base64":"/w=="}']],
    [
      'rows that are wrong, and what is between them',
      'a,b\n1\n"2\n",3\n4,5,6\n',
      [
        'Line 2: it has 1 cell, and the first row 2.',
        'no-ids',
        '0-1 a 2\n b 3',
        'Line 5: it has 3 cells, and the first row 2.',
      ],
    ],
    ['only a first row', 'a,b\n', []],
    ['nothing', '', []],
  ])('%s', async (_what, text, expected) => {
    for (const size of [1, 3, 1000]) expect((await reads(text, size)).map(said)).toEqual(expected)
  })

  test.each([
    [
      'a quote that is never closed',
      'a,b\n1,"2\n3,4\n',
      'Line 2: the double quote that is opened in it is never closed.',
    ],
    ['a quote in the midst', 'a,b\n\n3,5" disk and 6"\n', 'Line 3, column 2: there is a double quote in a cell'],
    ['what follows a quote', 'a,b\n"1"x,2\n', 'Line 2, column 1: something follows the closing double quote.'],
    ['a carriage return alone', 'a,b\r1,2\r3,4\r', 'Line 1, column 2: a carriage return is in it'],
    ['a column without a name', 'a,,c\n1,2,3\n', 'Line 1, column 2: it has no name'],
    ['a row without a field', 'a,b\n,\n', 'Line 2: all of its cells are empty'],
    [
      'bytes that are no UTF-8',
      Buffer.from('a,b\n1,\xff\n', 'latin1'),
      'Line 2, column 2: it has bytes that are no UTF-8.',
    ],
    [
      'no UTF-8 in the first row',
      Buffer.from('a,\xe9\n1,2\n', 'latin1'),
      'Line 1, column 2: it has bytes that are no UTF-8.',
    ],
    ['a long row', `a\n${'x'.repeat(MOST + 1000)}\n`, 'Line 2: it is longer than 4.0 KiB.'],
    ['a quote that swallows all', `a\n"${'x\n'.repeat(MOST)}`, 'Line 2: it is longer than 4.0 KiB.'],
  ])('%s: is told, and the line', async (_what, text, expected) => {
    expect((await reads(text)).map(said).filter((each) => each !== 'no-ids')).toEqual([
      expect.stringContaining(expected),
    ])
  })

  test('of rows of commas and nothing else no more cells are made than memory takes', async () => {
    expect((await reads(`a\n${','.repeat(200_000)}\n`, 65_536, 1 << 20)).map(said)).toEqual([
      expect.stringContaining('Line 2, column 100001: it has more than 100 000 cells or fields'),
    ])
  })

  test('any bytes are rows or one stop, in order, wherever they are cut; nothing is thrown', async () => {
    const signs = fc.array(fc.constantFrom('"', ',', '\n', '\r', 'a', '\0', '\xff'), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(signs, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
        const bytes = Buffer.from(parts.join(''), 'latin1')
        const options = { separator: ',', mostBytes: MOST }
        const rows = await all(csvRows(piecesOf(bytes, size), options))
        expect(rows).toEqual(await all(csvRows(piecesOf(bytes, 1000), options)))
        expect(rows.slice(0, -1).some(isStop)).toBe(false)
        expect(rows.map(({ line }) => line)).toEqual(rows.map(({ line }) => line).sort((a, b) => a - b))
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['UTF-16', Buffer.from('\ufeffa,b\n', 'utf16le'), 'the file is in UTF-16.'],
    ['a workbook', Buffer.from('PK\x03\x04…'), 'the file is no text: it is a workbook'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'the file is compressed.'],
  ])('%s is told from its first bytes', async (_what, bytes, expected) => {
    const { wrong } = await peek(piecesOf(bytes, 1))
    expect(wrong && sentence(wrong.why)).toContain(expected)
  })

  test.each([
    ['\ufeff {"id"', 'jsonl'],
    ['[\n', 'jsonl'],
    ['', 'jsonl'],
    ['"{""a"":1}",b\n', 'csv'],
    ['a;"x,y,z";b\n', 'csv'],
  ])('%j looks like %s', async (text, expected) => {
    const { format, separator } = await peek(piecesOf(Buffer.from(text), 2))
    expect([format, text.includes(';') ? separator : ';']).toEqual([expected, ';'])
  })
})
