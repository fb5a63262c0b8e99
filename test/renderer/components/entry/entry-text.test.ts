import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../../shared/model/entry'
import { decodeValue } from '../../../../renderer/components/entry/decode-value'
import { entryAsJson, entryAsXadd, fieldText, hasCutValue } from '../../../../renderer/components/entry/entry-text'
import { hexDump, hexLine, hexLineCount } from '../../../../renderer/components/entry/hex-dump'

const entry: Entry = {
  id: '1620973121009-0',
  size: 40,
  moreFields: 0,
  fields: [
    { name: 'text', value: 'two words', size: 9, cut: false },
    { name: 'text', value: 'quote " and \n', size: 13, cut: false },
    { name: { base64: '//4=' }, value: { base64: 'AAEC' }, size: 3, cut: false },
    { name: 'empty', value: '', size: 0, cut: false },
  ],
}

describe('entryAsXadd', () => {
  it('quotes what redis-cli would split or misread, and keeps order and duplicates', () => {
    expect(entryAsXadd('orders:{eu}', entry)).toBe(
      'XADD "orders:{eu}" 1620973121009-0 text "two words" text "quote \\" and \\n" "\\xff\\xfe" "\\x00\\x01\\x02" empty ""',
    )
  })

  it('escapes right-to-left and other text beyond ASCII, so that a terminal shows what is sent', () => {
    const hebrew = { ...entry, fields: [{ name: 'שם', value: '\u202egpj', size: 6, cut: false }] }
    expect(entryAsXadd('k', hebrew)).toBe('XADD k 1620973121009-0 "\\xd7\\xa9\\xd7\\x9d" "\\xe2\\x80\\xaegpj"')
  })
})

describe('entryAsJson', () => {
  it('is a list of pairs, with bytes as base64', () => {
    expect(JSON.parse(entryAsJson(entry))).toEqual({
      id: '1620973121009-0',
      fields: [
        ['text', 'two words'],
        ['text', 'quote " and \n'],
        [{ base64: '//4=' }, { base64: 'AAEC' }],
        ['empty', ''],
      ],
    })
  })
})

it('knows an entry that is not here whole', () => {
  expect(hasCutValue(entry)).toBe(false)
  expect(hasCutValue({ ...entry, moreFields: 1 })).toBe(true)
  expect(hasCutValue({ ...entry, fields: [{ name: 'a', value: 'b', size: 9, cut: true }] })).toBe(true)
})

it('copies a field as name and value', () => {
  expect(entry.fields.map(fieldText)).toEqual([
    'text: two words',
    'text: quote " and \n',
    '"\\xff\\xfe": "\\x00\\x01\\x02"',
    'empty: ',
  ])
})

describe('decodeValue', () => {
  it.each([
    ['{"a":1}', ['json', 'text', 'hex']],
    ['  [1]', ['json', 'text', 'hex']],
    ['42', ['text', 'hex']],
    ['{broken', ['text', 'hex']],
    ['', ['text', 'hex']],
  ])('%j is shown as %j', (value, views) => {
    expect(decodeValue(value, false).views).toEqual(views)
  })

  it('shows bytes that are no text as hex only', () => {
    expect(decodeValue({ base64: '//4=' }, false).views).toEqual(['hex'])
  })

  it('does not read a part of a value as JSON', () => {
    expect(decodeValue('[1]', true).views).toEqual(['text', 'hex'])
  })
})

describe('hex dump', () => {
  const raw = Uint8Array.from({ length: 20 }, (_, index) => index + 50)

  it('is laid out as hexdump -C does', () => {
    expect(hexDump(raw)).toBe(
      [
        '00000000  32 33 34 35 36 37 38 39  3a 3b 3c 3d 3e 3f 40 41  |23456789:;<=>?@A|',
        '00000010  42 43 44 45                                       |BCDE|',
      ].join('\n'),
    )
  })

  it('shows bytes that do not print as dots', () => {
    expect(hexLine(Uint8Array.of(0, 27, 65, 127, 255), 0).text).toBe('..A..')
  })

  it('has no line for no bytes', () => {
    expect(hexLineCount(new Uint8Array())).toBe(0)
  })
})
