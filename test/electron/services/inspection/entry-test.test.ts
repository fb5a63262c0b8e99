import { describe, expect, test } from 'vitest'
import { entryTest } from '../../../../electron/services/inspection/entry-test'
import { readQuery } from '../../../../shared/query/read-query'

type Value = string | Buffer

function isFound(query: string, fields: readonly Value[]): boolean {
  const read = readQuery(query)
  if ('fault' in read) throw new Error(read.fault.code)
  return entryTest(read.query)({ id: '1-0', fields: fields.map((part) => Buffer.from(part)) })
}

const ORDER = JSON.stringify({
  id: 9,
  sku: 'A-1',
  items: [{ price: '9.990' }, { price: 12 }],
  note: null,
  'a.b': { c: true },
})
const BIG = '{"n":9007199254740993,"n2":1.0,"dup":1,"dup":2,"text":"{\\"in\\":{\\"deep\\":\\"yes\\"}}"}'

describe('found', () => {
  test.each<[string, readonly Value[]]>([
    ['4711', ['id', 'x4711y']],
    ['STAT', ['status', 'ok']],
    ['ÄPFEL', ['a', 'äpfel']],
    ['a b', ['a', 'b']],
    ['status=ok', ['status', 'no', 'status', 'ok']],
    ['status!=ok', ['status', 'no']],
    ['-status=ok', ['other', 'ok']],
    ['status:OK', ['status', 'is ok!']],
    ['"a.b"=1', ['a.b', '1']],
    ['a.b=1', ['a.b', '1']],
    ['total>9.98', ['total', '9.99']],
    ['total>=9007199254740993', ['total', '9007199254740993']],
    ['has:error', ['error', '']],
    ['-has:error', ['err', '']],
    ['"\\xff\\x00"', ['b', Buffer.from([1, 0xff, 0, 2])]],
    ['b="\\xff"', ['b', Buffer.from([0xff])]],
    ['"\\xfe"=1', [Buffer.from([0xfe]), '1']],
    ['@size=5', ['ab', 'cde']],
    ['zz OR status=ok', ['status', 'ok']],
    ['order.id=9', ['order', ORDER]],
    ['order.id=9.0', ['order', ORDER]],
    ['order.sku:a-', ['order', ORDER]],
    ['order.items[1].price>11', ['order', ORDER]],
    ['order.items[0].price<10', ['order', ORDER]],
    ['has:order.items[1]', ['order', ORDER]],
    ['order.note=null', ['order', ORDER]],
    ['$.id=9', ['x', 'y', 'order', ORDER]],
    ['order.n=9007199254740993', ['order', BIG]],
    ['order.dup=2', ['order', BIG]],
    ['order.text.in.deep=yes', ['order', BIG]],
    ['order.id=9', ['order', `\ufeff ${ORDER}`]],
    ['my.order.id=9', ['my.order', ORDER]],
    ['order.sku!=B', ['order', ORDER]],
  ])('%s', (query, fields) => {
    expect(isFound(query, fields)).toBe(true)
  })
})

describe('not found', () => {
  test.each<[string, readonly Value[]]>([
    ['4711', ['id', '471']],
    ['a b', ['a', 'c']],
    ['status=ok', ['status', 'OK']],
    ['status=ok', ['status', 'ok ']],
    ['status!=ok', ['other', 'x']],
    ['-status=ok', ['status', 'no', 'status', 'ok']],
    ['total>9', ['total', 'many']],
    ['total>9', ['total', '']],
    ['total>9007199254740992', ['total', '9007199254740992']],
    ['has:error', ['Error', '']],
    ['s', ['a', Buffer.from([0xc5, 0xbf])]],
    ['@size>5', ['ab', 'cde']],
    ['order.id=9', ['order', ORDER.slice(0, -2)]],
    ['order.id=10', ['order', ORDER]],
    ['order.id=9', ['order.id', '8', 'order', ORDER]],
    ['order.items=9', ['order', ORDER]],
    ['order.items[2].price>0', ['order', ORDER]],
    ['order.__proto__.toString:a', ['order', ORDER]],
    ['has:order.constructor', ['order', ORDER]],
    ['order.n=9007199254740992', ['order', BIG]],
    ['order.dup=1', ['order', BIG]],
    ['.id=9', ['order', ORDER]],
    ['order..id=9', ['order', ORDER]],
    ['order.[0]=9', ['order', ORDER]],
  ])('%s', (query, fields) => {
    expect(isFound(query, fields)).toBe(false)
  })
})

test('hostile values are looked at within their bounds', () => {
  const deep = '['.repeat(100_000)
  expect(isFound('a[0]=1', ['a', deep])).toBe(false)
  expect(isFound('a[0]=1', ['a', `[1${' '.repeat(2 ** 20)}]`])).toBe(false)
  expect(isFound(`a${'.b'.repeat(2_000)}=1`, ['a', '{"b":1}'])).toBe(false)
})

describe('what does not tell is not found, whichever way round it is asked', () => {
  const long = `{"id":9,"pad":"${'x'.repeat(1024 * 1024)}"}`
  const isFoundIn = (query: string, entry: Parameters<ReturnType<typeof entryTest>>[0]): boolean => {
    const read = readQuery(query)
    if ('fault' in read) throw new Error(read.fault.code)
    return entryTest(read.query)(entry)
  }
  test.each(['order.id=9', '-order.id=9', '-order.id=8', 'order.id!=8', '-has:order.id', '$.id=9', '-$.id=9'])(
    '%s, in JSON that is too long to be read',
    (query) => {
      expect(isFound(query, ['order', long])).toBe(false)
    },
  )
  test('unless something else in the entry tells', () => {
    expect(isFound('$.id=7', ['order', long, 'more', '{"id":7}'])).toBe(true)
    expect(isFound('-$.id=7', ['order', long, 'more', '{"id":7}'])).toBe(false)
    expect(isFound('-order.id=9 OR status=ok', ['order', long, 'status', 'ok'])).toBe(true)
  })

  const cut = (query: string): boolean =>
    isFoundIn(query, {
      id: '1-0',
      fields: ['status', 'no'].map((part) => Buffer.from(part)),
      cut: { moreFields: 1, bytes: 9_000_000 },
    })
  test.each(['-status=ok', '-4711', '-has:error', 'has:error', '-order.id=9', '@size<100', '-status:ok'])(
    '%s, of an entry of which only the beginning was read',
    (query) => {
      expect(cut(query)).toBe(false)
    },
  )
  test.each(['status=no', '-@size<100', '@size>100', 'status!=ok', 'has:status'])(
    '%s is found by its beginning, or its size',
    (query) => {
      expect(cut(query)).toBe(true)
    },
  )
})
