import { describe, expect, test } from 'vitest'
import { entryTest } from '../../../../electron/services/inspection/entry-test'
import type { RawEntry } from '../../../../electron/redis/xrange'
import { readQuery } from '../../../../shared/query/read-query'

type Value = string | Buffer

async function isFound(query: string, fields: readonly Value[]): Promise<boolean> {
  const read = readQuery(query)
  if ('fault' in read) throw new Error(read.fault.code)
  return (await entryTest(read.query))({ id: '1-0', fields: fields.map((part) => Buffer.from(part)) }) === true
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
    ['sku~/^A-\\d+$/', ['sku', 'x', 'sku', 'A-17']],
    ['sku~/^a-\\d+$/i', ['sku', 'A-17']],
    ['-sku~/^B/', ['sku', 'A-17']],
    ['@any~/ä.fel/i', ['x', 'DIE ÄPFEL']],
    ['/^.{3}$/', ['no', 'één']],
    ['/fi+eld$/', ['some-fiield', '1']],
    ['order.sku~/^A-1$/', ['order', ORDER]],
    ['order.items[0].price~/^9\\.9/', ['order', ORDER]],
    ['order.n~/93$/', ['order', BIG]],
    ['@size~/^5$/', ['ab', 'cde']],
    ['b~/abc/', ['b', Buffer.from([0xff, 97, 98, 99, 0xfe])]],
    ['path~/\\/var\\/log/', ['path', 'in /var/log']],
  ])('%s', async (query, fields) => {
    expect(await isFound(query, fields)).toBe(true)
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
    ['sku~/^A-\\d+$/', ['sku', 'A-17x']],
    ['sku~/^a/', ['sku', 'A-17']],
    ['sku~/A/', ['other', 'A']],
    ['order.items~/A/', ['order', ORDER]],
    ['b~/\\xff/', ['b', Buffer.from([0xff])]],
    ['a~/^b$/', ['a', 'x\nb\ny']],
  ])('%s', async (query, fields) => {
    expect(await isFound(query, fields)).toBe(false)
  })
})

test('hostile values are looked at within their bounds', async () => {
  const deep = '['.repeat(100_000)
  expect(await isFound('a[0]=1', ['a', deep])).toBe(false)
  expect(await isFound('a[0]=1', ['a', `[1${' '.repeat(2 ** 20)}]`])).toBe(false)
  expect(await isFound(`a${'.b'.repeat(2_000)}=1`, ['a', '{"b":1}'])).toBe(false)
})

describe('what does not tell is not found, whichever way round it is asked', () => {
  const long = `{"id":9,"pad":"${'x'.repeat(1024 * 1024)}"}`
  const isFoundIn = async (query: string, entry: RawEntry): Promise<boolean | null> => {
    const read = readQuery(query)
    if ('fault' in read) throw new Error(read.fault.code)
    return (await entryTest(read.query))(entry)
  }
  test.each(['order.id=9', '-order.id=9', '-order.id=8', 'order.id!=8', '-has:order.id', '$.id=9', '-$.id=9'])(
    '%s, in JSON that is too long to be read',
    async (query) => {
      expect(await isFound(query, ['order', long])).toBe(false)
    },
  )
  test('and is told from what is certainly another', async () => {
    expect(await cut('@size<100')).toBe(false)
    expect(await cut('status=ok OR has:error')).toBeNull()
    expect(await cut('@size<100 has:error')).toBe(false)
  })
  test('unless something else in the entry tells', async () => {
    expect(await isFound('$.id=7', ['order', long, 'more', '{"id":7}'])).toBe(true)
    expect(await isFound('-$.id=7', ['order', long, 'more', '{"id":7}'])).toBe(false)
    expect(await isFound('-order.id=9 OR status=ok', ['order', long, 'status', 'ok'])).toBe(true)
  })

  const slow = '(?:a|b)*a(?:a|b){200}[cd]'
  test.each([`/${slow}/`, `-/${slow}/`, `a~/${slow}/`, `-a~/${slow}/`, `j.in~/${slow}/`, `/${slow}/ a:b OR has:no`])(
    '%s, of a text that is too long for the pattern',
    async (query) => {
      const text = 'ab'.repeat(100_000)
      const fields = ['a', text, 'j', JSON.stringify({ in: text })].map((part) => Buffer.from(part))
      expect(await isFoundIn(query, { id: '1-0', fields })).toBeNull()
    },
  )

  const cut = (query: string): Promise<boolean | null> =>
    isFoundIn(query, {
      id: '1-0',
      fields: ['status', 'no'].map((part) => Buffer.from(part)),
      cut: { moreFields: 1, bytes: 9_000_000 },
    })
  test.each([
    '-status=ok',
    '-4711',
    '-has:error',
    'has:error',
    '-order.id=9',
    '-status:ok',
    'status~/ok/',
    '-@any~/ok/',
  ])('%s, of an entry of which only the beginning was read', async (query) => {
    expect(await cut(query)).toBeNull()
  })
  test.each(['status=no', '-@size<100', '@size>100', 'status!=ok', 'has:status'])(
    '%s is found by its beginning, or its size',
    async (query) => {
      expect(await cut(query)).toBe(true)
    },
  )
})
