import { describe, expect, it, test } from 'vitest'
import { bytesFrom, decode, plain, textFrom } from './kit'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

describe('plain values stay what they are', () => {
  it.each([
    ...[
      '',
      'hello',
      'order',
      'abcd',
      'deadbeef',
      'cafebabe',
      '4711',
      '1620973121009',
      'true',
      'null',
      '{broken',
      '[info] started',
    ],
    ...[
      'user-1f20d41d',
      'checkinConsumers',
      'AAAAAAAA',
      'aGVsbG8=',
      'Zoë 订单',
      'line one\nline two',
      'a:b:c',
      's:x',
      'N',
      'i:5',
    ],
    ...['password', 'abcdefghijklmnop', 'ThisIsAWordWithoutSpaces', '0123456789012345678901234567890123456789'],
    ...['https://example.com/orders/4711?x=1', 'arn:aws:sqs:eu-west-1:123456789012:orders', '2021-05-15T04:55:00Z'],
  ])('%j', (value) => {
    expect(decode(value)).toMatchObject({ chain: [], root: null, fault: null, needsHost: null })
  })

  it('bytes of chance are bytes, about which the host knows no more', () => {
    expect(decode(hex('fefefefefefefefe'))).toMatchObject({ chain: [], root: null, fault: null })
  })
})

describe('what is within', () => {
  it.each([
    [base64('{"a":1}'), ['base64', 'json'], { a: 1 }],
    [JSON.stringify('{"a":1}'), ['json', 'json'], { a: 1 }],
    [JSON.stringify(JSON.stringify({ a: '{"b":[1]}' })), ['json', 'json'], { a: { json: { b: [1] } } }],
    [
      JSON.stringify({ a: base64('{"b":"a long enough text"}') }),
      ['json'],
      { a: { 'base64 json': { b: 'a long enough text' } } },
    ],
    [
      JSON.stringify({ id: '6ba7b810-9dad-11d1-80b4-00c04fd430c8' }),
      ['json'],
      { id: '6ba7b810-9dad-11d1-80b4-00c04fd430c8' },
    ],
    ['\ufeff{"a":1}', ['json'], { a: 1 }],
  ])('%s', (value, chain, tree) => {
    const decoded = decode(value)
    expect(decoded.chain).toEqual(chain)
    expect(plain(decoded.root)).toEqual(tree)
  })

  it('a text that was encoded twice', () => {
    const { chain, last } = decode(base64(base64('the quick brown fox jumps over the lazy dog')))
    expect(chain).toEqual(['base64', 'base64'])
    expect(textFrom(last)).toContain('quick brown fox')
  })

  it('ends after so many layers', () => {
    let value = '{"a":1}'
    for (let layer = 0; layer < 12; layer += 1) value = base64(value)
    expect(decode(value).chain.length).toBeLessThanOrEqual(6)
  })
})

describe('broken JSON says where it breaks', () => {
  it.each([
    ['{"a":1,}', 1, 8, 7],
    ['{"a":1,\n "b" 2}', 2, 6, 13],
    ['["é\\x"]', 1, 4, 4],
    ['{"a":1} x', 1, 9, 8],
    ['{"a":', 1, 6, 5],
    ['["open', 1, 7, 6],
    ['{"a":"x\ny"}', 1, 8, 7],
  ])('%j: line %i, column %i', (text, line, column, at) => {
    expect(decode(text)).toMatchObject({
      chain: ['json'],
      root: null,
      fault: { code: 'broken', by: 'json', line, column, at },
    })
  })

  it('what is nested past all sense is told so', () => {
    expect(decode('['.repeat(5_000)).fault).toMatchObject({ code: 'too-deep', by: 'json' })
  })
})

test('a number is a time only where the field is named after one', () => {
  for (const [text, ms] of [
    ['1620973121', 0],
    ['1620973121009', 9],
    ['1620973121009000', 9],
  ] as const) {
    expect(decode(text).chain).toEqual([])
    for (const name of ['timestamp', 'created_at', 'createdAt', 'updatedMs', 'ts', 'expires'])
      expect(plain(decode(text, { name }).root)).toBe(`time 2021-05-14T06:18:41.00${ms}Z`)
    for (const name of ['orderId', 'amount', 'station', 'cat']) expect(decode(text, { name }).chain).toEqual([])
    expect(plain(decode(text, { as: 'time' }).root)).toBe(`time 2021-05-14T06:18:41.00${ms}Z`)
  }
})

test('what a value is not is told', () => {
  expect(decode('hello', { as: 'msgpack' }).fault).toMatchObject({ by: 'msgpack', code: 'goes-on', at: 1 })
  expect(decode('hello', { as: 'uuid' }).fault).toEqual({ by: 'uuid', code: 'not-this' })
  expect(decode('a$b', { as: 'base64' }).fault).toEqual({ by: 'base64', code: 'broken', at: 1 })
  expect(decode('xyz', { as: 'hex' }).fault).toMatchObject({ by: 'hex', code: 'broken', at: 0 })
  expect(decode(hex('82a161'), { as: 'msgpack' }).fault).toEqual({ by: 'msgpack', code: 'ends-early', at: 3 })
  expect(decode(hex('c1'), { as: 'msgpack' }).fault).toEqual({
    by: 'msgpack',
    code: 'unknown-type',
    at: 0,
    type: '0xc1',
  })
  expect(decode('x', { as: 'avro' }).fault).toEqual({ by: 'avro', code: 'needs-schema' })
  expect(decode('x', { as: 'avro', schema: { text: '{', message: null } }).fault).toMatchObject({ code: 'bad-schema' })
  expect(decode(bytesFrom('a:1:{i:0;s:9:"x";}'), { as: 'php' }).fault).toMatchObject({ code: 'ends-early' })
})

test('lengths that nobody wrote make nothing', () => {
  for (const [as, bytes] of [
    ['msgpack', 'ddffffffff'],
    ['cbor', '9bffffffffffffffff'],
    ['cbor', '5bffffffffffffffff'],
    ['java', 'aced0005747fff'],
    ['pickle', '8e00000000000000ff'],
  ] as const)
    expect(decode(hex(bytes), { as }).fault).toMatchObject({ code: 'ends-early' })
  const schema = (type: unknown) => ({ text: JSON.stringify(type), message: null })
  // A thousand billions of nulls take no byte each.
  const nulls = decode(hex('80a094a58d1d00'), { as: 'avro', schema: schema({ type: 'array', items: 'null' }) })
  expect(nulls).toMatchObject({ isCut: true, fault: null })
  const itself = { type: 'record', name: 'A', fields: [{ name: 'a', type: 'A' }] }
  expect(decode('x', { as: 'avro', schema: schema(itself) }).fault).toMatchObject({ code: 'too-deep' })
})

test('a tree with no room left says so, and is not taken for broken', () => {
  const { root, isCut, fault } = decode(`[${'1,'.repeat(5_000)}1]`, {}, { nodes: 1_000 })
  expect({ isCut, fault }).toEqual({ isCut: true, fault: null })
  expect(root?.kind === 'array' && root.items.length).toBe(999)
})
