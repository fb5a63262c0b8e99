import { describe, expect, it } from 'vitest'
import { entryAsJson, xaddCommand, type FieldList } from '../../shared/entry-text'

const ID = '1620973121009-0'
const FIELDS: FieldList = [
  ['text', 'two words'],
  ['text', 'quote " and \n'],
  [{ base64: '//4=' }, { base64: 'AAEC' }],
  ['empty', ''],
]

describe('xaddCommand', () => {
  it('quotes what redis-cli would split or misread, and keeps order and duplicates', () => {
    expect(xaddCommand('orders:{eu}', ID, FIELDS)).toBe(
      'XADD "orders:{eu}" 1620973121009-0 text "two words" text "quote \\" and \\n" "\\xff\\xfe" "\\x00\\x01\\x02" empty ""',
    )
  })

  it('escapes right-to-left and other text beyond ASCII, so that a terminal shows what is sent', () => {
    const hebrew: FieldList = [['שם', '\u202egpj']]
    expect(xaddCommand('k', ID, hebrew)).toBe('XADD k 1620973121009-0 "\\xd7\\xa9\\xd7\\x9d" "\\xe2\\x80\\xaegpj"')
  })
})

describe('entryAsJson', () => {
  it('is a list of pairs, with bytes as base64', () => {
    expect(JSON.parse(entryAsJson(ID, FIELDS))).toEqual({
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
