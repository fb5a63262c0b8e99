import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromUint8Array, toUint8Array, type Bytes } from '../../../shared/bytes'
import { createCsv } from '../../../shared/export/csv'
import { jsonLines } from '../../../shared/export/json-lines'
import type { Cell, EntryRow, ExportFormat, ExportHead, Part, PendingRow, Value } from '../../../shared/export/rows'
import { createScript } from '../../../shared/export/script'
import { isFormula } from '../../../shared/format/csv'
import { verbatim } from '../../../shared/words/messages'

const SAID = { head: () => verbatim('head'), end: () => verbatim('end') }
const HEAD: ExportHead = { stream: 'orders', group: null, of: 'entries', as: 'raw', atMs: 0, facts: null }
const anyBytes = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array().map(fromUint8Array),
  fc.constantFrom('=1+1', '-5', '"', ',', '\r\n', "'", '\\x41', '{"base64":"/w=="}', '$(rm)', ''),
)
const anyRow = fc.record({
  id: fc.constant('1700000000000-1'),
  fields: fc.array(fc.tuple(anyBytes, anyBytes), { minLength: 1, maxLength: 6 }),
})

function textOf(parts: Iterable<Part>): string {
  let text = ''
  for (const part of parts) text += typeof part === 'string' ? part : [...part].join('')
  return text
}
function written(format: ExportFormat, rows: readonly EntryRow[], head = HEAD): string {
  return format.head(head) + textOf(format.entries(rows)) + format.end(rows.length)
}
/** The same value as one that is too long for one text. */
function large(value: Bytes): Value {
  return { raw: toUint8Array(value), isText: typeof value === 'string' }
}

describe('JSON Lines', () => {
  test('keep every byte, duplicates and order, and say that they are whole', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 5 }), (rows) => {
        const lines = written(jsonLines, rows).trimEnd().split('\n')
        expect(lines.slice(1, -1).map((line): unknown => JSON.parse(line))).toEqual(rows)
        expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ end: { rows: rows.length } })
      }),
    )
  })

  test('a value that is written piece by piece reads the same', () => {
    fc.assert(
      fc.property(anyRow, ({ id, fields }) => {
        const pieces = fields.map(([name, value]) => [large(name), large(value)] as const)
        expect(textOf(jsonLines.entries([{ id, fields: pieces }]))).toBe(textOf(jsonLines.entries([{ id, fields }])))
      }),
    )
    const long = 'é"\n'.repeat(200_000)
    const read = JSON.parse(textOf(jsonLines.entries([{ id: '1-1', fields: [['a', large(long)]] }]))) as EntryRow
    expect(read.fields[0]?.[1]).toBe(long)
    const bytes = fromUint8Array(Uint8Array.from({ length: 800_001 }, (_, at) => (at * 7) % 256))
    const back = JSON.parse(textOf(jsonLines.entries([{ id: '1-1', fields: [['a', large(bytes)]] }]))) as EntryRow
    expect(back.fields[0]?.[1]).toEqual(bytes)
  })

  test('tell what is decoded from what is stored, numbers as they were', () => {
    const fields: EntryRow['fields'] = [
      ['a', { decoded: '{"n":18446744073709551615}', isJson: true, chain: ['gzip', 'json'] }],
      ['b', { decoded: 'plain', isJson: false, chain: ['base64'] }],
    ]
    expect(textOf(jsonLines.entries([{ id: '1-1', fields }]))).toBe(
      '{"id":"1-1","fields":[["a",{"decoded":{"n":18446744073709551615},"by":["gzip","json"]}],["b",{"decoded":"plain","by":["base64"]}]]}\n',
    )
  })

  test('a count beyond 2^53 is written whole', () => {
    const facts = { length: 1, lastGeneratedId: '1-1', entriesAdded: 9_223_372_036_854_775_807n, maxDeletedId: '0-0' }
    expect(jsonLines.head({ ...HEAD, facts })).toContain('"entriesAdded":9223372036854775807')
  })
})

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let at = 0
  while (at < text.length) {
    const row: string[] = []
    for (;;) {
      const [whole = '', quoted, plain = ''] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(text.slice(at)) ?? []
      at += whole.length
      row.push(quoted?.replaceAll('""', '"') ?? plain)
      if (text[at] !== ',') break
      at += 1
    }
    expect(text.slice(at, at + 2)).toBe('\r\n')
    at += 2
    rows.push(row)
  }
  return rows
}

describe('CSV', () => {
  test('has as many cells in each row, and none that is a formula; also of values in pieces', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1, maxLength: 4 }), fc.boolean(), (rows, inPieces) => {
        const given = inPieces
          ? rows.map(({ id, fields }) => ({ id, fields: fields.map(([name, value]) => [name, large(value)] as const) }))
          : rows
        const [titles = [], ...read] = parseCsv(written(createCsv('raw'), given))
        expect(titles.slice(0, 2).concat(titles.at(-1) ?? '')).toEqual(['id', 'time', 'others'])
        expect(read.map((row) => row.length)).toEqual(rows.map(() => titles.length))
        expect([titles, ...read].flat().filter(isFormula)).toEqual([])
      }),
    )
  })

  test.each([
    ['=HYPERLINK("x")', true],
    [' +1 2', true],
    ['＝1+1', true],
    ['@SUM(A1)', true],
    ['\tx', true],
    ['-12.5e3', false],
    ['+49', false],
    ['-', true],
    ['a=b', false],
  ])('%s: a formula %s', (text, expected) => {
    expect(isFormula(text)).toBe(expected)
  })

  test('what has no column, or comes twice, is in the last one; bytes and what is decoded are marked', () => {
    const csv = createCsv('decoded')
    const one: EntryRow = {
      id: '1620973121009-0',
      fields: [
        ['a', '1'],
        ['b', { base64: '/w==' }],
        ['a', '2'],
      ] as [string, Cell][],
    }
    const two: EntryRow = { id: '5-0', fields: [['c', { decoded: '[1]', isJson: true, chain: ['gzip', 'json'] }]] }
    const text = csv.head(HEAD) + textOf(csv.entries([one])) + textOf(csv.entries([two])) + csv.end(2)
    expect(parseCsv(text)).toEqual([
      ['id', 'time', 'a', 'b', 'others', 'decoded'],
      ['1620973121009-0', '2021-05-14T06:18:41.009Z', '1', '{"base64":"/w=="}', '[["a","2"]]', ''],
      ['5-0', '', '', '', '[["c",{"decoded":[1],"by":["gzip","json"]}]]', 'c: gzip → json'],
    ])
  })

  test.each<[string, [Bytes, Bytes][], string[]]>([
    [
      'another order',
      [
        ['b', '1'],
        ['a', '2'],
      ],
      ['2', '1', '[["b"],["a"]]'],
    ],
    [
      'a field with no column in the middle',
      [
        ['a', '1'],
        ['x', '2'],
        ['b', '3'],
      ],
      ['1', '3', '[["a"],["x","2"],["b"]]'],
    ],
    [
      'an empty value',
      [
        ['a', ''],
        ['b', '2'],
      ],
      ['', '2', '[["a"],["b"]]'],
    ],
    ['a text like bytes', [['a', '{"base64":"/w=="}']], ['', '', '[["a","{\\"base64\\":\\"/w==\\"}"]]']],
    [
      'a text like a guarded formula',
      [
        ['a', "'=1"],
        ['b', "'x"],
      ],
      ['', "'x", '[["a","\'=1"],["b"]]'],
    ],
  ])('%s is told in the last column', (_what, fields, cells) => {
    const csv = createCsv('raw')
    const first: EntryRow = {
      id: '1-0',
      fields: [
        ['a', '0'],
        ['b', '0'],
      ],
    }
    const text = csv.head(HEAD) + textOf(csv.entries([first])) + textOf(csv.entries([{ id: '2-0', fields }]))
    expect(parseCsv(text).at(-1)?.slice(2)).toEqual(cells)
  })

  test('of nothing has its titles', () => {
    expect(written(createCsv('raw'), [])).toBe('id,time\r\n')
  })
})

describe('a script', () => {
  test('is one command a line, of printable ASCII, which a shell would not expand', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 4 }), fc.boolean(), (rows, inPieces) => {
        const given = inPieces
          ? rows.map(({ id, fields }) => ({ id, fields: fields.map((pair) => pair.map(large) as [Value, Value]) }))
          : rows
        const text = textOf(createScript('a key', SAID).entries(given))
        expect(text).toMatch(/^[\n -~]*$/)
        expect(text).not.toMatch(/[$`!]/)
        expect(text.split('\n')).toHaveLength(rows.length + 1)
      }),
    )
  })

  test('claims of one owner, time and count are one command of 500 ids at most', () => {
    const row = (n: number, by: Partial<PendingRow> = {}): PendingRow => {
      return { id: `${n}-0`, consumer: 'ann', idleMs: 1, deliveredAt: 9, deliveries: 2, ...by }
    }
    const rows = Array.from({ length: 501 }, (_, at) => row(at + 1))
    const others = [
      row(600, { consumer: { base64: '/w==' } }),
      row(601, { deliveries: 3 }),
      row(602, { deliveries: 3 }),
    ]
    const lines = textOf(createScript('k', SAID).claims('g', [...rows, ...others]))
      .trimEnd()
      .split('\n')
    expect(lines.map((line) => line.match(/\d+-0/g)?.length)).toEqual([500, 1, 1, 2])
    expect(lines.slice(-2)).toEqual([
      'XCLAIM k g "\\xff" 0 600-0 TIME 9 RETRYCOUNT 2 FORCE JUSTID',
      'XCLAIM k g ann 0 601-0 602-0 TIME 9 RETRYCOUNT 3 FORCE JUSTID',
    ])
  })
})
