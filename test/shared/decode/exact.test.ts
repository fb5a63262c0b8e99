import { describe, expect, it, test } from 'vitest'
import { decode } from './kit'
import type { DecoderId } from '../../../shared/decode/ids'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const read = (bytes: string, as: DecoderId) => decode(hex(bytes), { as })

describe('a number that does not fit is no other number', () => {
  it.each<readonly [DecoderId, string]>([
    // Seventy bits, and more sevens than a number has.
    ['protobuf', '08ffffffffffffffffff7f'],
    ['protobuf', '08ffffffffffffffffffff01'],
  ])('%s %s', (as, bytes) => {
    expect(read(bytes, as).fault).toMatchObject({ code: 'broken', at: 1 })
  })

  it('the largest ones are whole', () => {
    expect(read('08ffffffffffffffffff01', 'protobuf').root).toMatchObject({
      members: [{ value: { text: '18446744073709551615' } }],
    })
    expect(read('3bffffffffffffffff', 'cbor').root).toMatchObject({ text: '-18446744073709551616' })
    expect(read('92cfffffffffffffffffd38000000000000000', 'msgpack').root).toMatchObject({
      items: [{ text: '18446744073709551615' }, { text: '-9223372036854775808' }],
    })
    expect(read('93cb8000000000000000cb7ff8000000000000cbfff0000000000000', 'msgpack').root).toMatchObject({
      items: [{ text: '-0' }, { text: 'NaN' }, { text: '-Infinity' }],
    })
  })
})

describe('a time that there is not is none', () => {
  it.each<readonly [DecoderId, string, object]>([
    // More nanoseconds than a second has, in twelve bytes and in eight.
    ['msgpack', 'c70cffffffffff0000000000000001', { kind: 'bytes', note: 'ext -1' }],
    ['msgpack', 'd7ffffffffff00000001', { kind: 'bytes', note: 'ext -1' }],
    ['cbor', 'c06568656c6c6f', { kind: 'string', text: 'hello', note: 'tag 0' }],
    ['cbor', 'c074323031332d30332d32315432303a30343a30305a', { kind: 'time', text: '2013-03-21T20:04:00Z' }],
    ['cbor', 'c11bffffffffffffffff', { kind: 'number', note: 'tag 1' }],
  ])('%s %s', (as, bytes, root) => {
    expect(read(bytes, as).root).toMatchObject(root)
  })

  it('before 1970 a part of a millisecond is not yet the next one', () => {
    const schema = { text: '{"type":"long","logicalType":"timestamp-micros"}', message: null }
    expect(decode(hex('01'), { as: 'avro', schema }).root).toMatchObject({
      text: '1969-12-31T23:59:59.999Z',
      note: '-1',
    })
  })
})

test('text that is none is told so', () => {
  expect(read('91a2c328', 'msgpack').root).toMatchObject({ items: [{ kind: 'bytes', text: 'c328', note: '≠ utf-8' }] })
  expect(read('62c328', 'cbor').root).toMatchObject({ kind: 'bytes', note: '≠ utf-8' })
  expect(read('42c328', 'cbor').root).toEqual({ kind: 'bytes', text: 'c328' })
})

test('keys of any name, twice, and of any kind are all there', () => {
  const names = ['a', 'a', '__proto__', 'constructor', '']
  const { root } = decode(`{${names.map((name) => `${JSON.stringify(name)}:1`).join()}}`)
  expect(root?.kind === 'object' && root.members.map(({ key }) => key)).toEqual(names)
  // {{"a": 1}: "b", [1, 2]: "c"}
  expect(read('8281a16101a162920102a163', 'msgpack').root).toMatchObject({
    members: [
      { key: '{a: 1}', bare: true },
      { key: '[1, 2]', bare: true },
    ],
  })
})
