import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PAGE_LIMITS } from '../../../shared/decode/budget'
import { decodeValue } from '../../../shared/decode/chain'
import { jsonOfTree } from '../../../shared/decode/tree-text'
import { HIDDEN } from '../../../shared/masking/hidden'
import { createMask } from '../../../shared/masking/mask'
import { MASKED_NAMES } from '../../../shared/masking/names'
import { ENCODINGS } from './encodings'

const mask = createMask(MASKED_NAMES)
const masked = (value: string | Uint8Array, field = 'data'): string | null => {
  const told = mask?.value(field, Buffer.from(value)) ?? null
  return told?.text ?? null
}

describe('JSON keeps all but the values of hidden keys, byte for byte', () => {
  test.each([
    ['{"user":"ada","password":"hunter2"}', '{"user":"ada","password":"•••"}'],
    ['{ "token" :  12345678901234567890 , "n":1.50 }', '{ "token" :  "•••" , "n":1.50 }'],
    ['{"card":{"number":"4111","cvc":1},"id":7}', '{"card":"•••","id":7}'],
    ['[{"pin":1},{"pin":2}]', '[{"pin":"•••"},{"pin":"•••"}]'],
    ['{"tokens":["a","b"],"x":1}', '{"tokens":"•••","x":1}'],
    ['{"password":"a","password":"b"}', '{"password":"•••","password":"•••"}'],
    ['{"pass\\u0077ord":"a"}', '{"pass\\u0077ord":"•••"}'],
    ['{"password":"a\\"b"}', '{"password":"•••"}'],
    ['{"token":true}\n{"token":false}', '{"token":"•••"}\n{"token":"•••"}'],
    ['\ufeff{"token":1}', '\ufeff{"token":"•••"}'],
    ['{"body":"{\\"token\\":\\"x\\"}"}', '{"body":"{\\"token\\":\\"•••\\"}"}'],
    ['"{\\"token\\":\\"x\\"}"', '"{\\"token\\":\\"•••\\"}"'],
    ['{"url":"https://x/?token=abc"}', '{"url":"•••"}'],
    // Cut off, as a list shows it.
    ['{"password":"hun', '{"password":"•••"'],
    ['{"card":{"number":"41', '{"card":"•••"'],
    ['{"a":1,"token":12', '{"a":1,"token":"•••"'],
    ['{"body":"{\\"token\\":\\"x', '{"body":"{\\"token\\":\\"•••\\""'],
  ])('%s', (json, as) => expect(masked(json)).toBe(as))

  test.each([
    ...['{"user":"ada"}', '{"password":""}', '{"token":null,"cards":[]}', '[1,2]', '"token"', '{"note":"the token"}'],
    ...['{"shipping":1}', '{"a":"{}"}', '{"tok', '{"token"', '{"token":'],
  ])('nothing is hidden in %s', (json) => expect(masked(json)).toBeNull())
})

describe('what is no JSON is hidden whole where a hidden name has a value', () => {
  test.each([
    ...['password=hunter2', 'user=ada&token=abc', 'Authorization: Bearer abc', "{'password': 'x'}", '{password: hush}'],
    ...[
      'a: 1\npassword: hush\n',
      '<user><password>x</password></user>',
      '<token id="1">x</token>',
      'level=info token=abc',
    ],
    ...[
      'a:1:{s:8:"password";s:1:"x";}',
      'https://x/?a=1&api_key=abc',
      'user[password]=x',
      '{"password":"x"} trailing words',
    ],
    ...['"password" => "x"', '{"a":1,}}} token: hush'],
  ])('%s', (text) => expect(masked(text)).toBe(HIDDEN))

  test.each([
    ...['hunter2', 'the token expired', 'a password is needed', '2026-11-30T21:31:28Z', 'state: done', '<b>token</b>'],
    ...[
      'Unexpected token: } in JSON',
      'see PIN: 4',
      'update users set token=null',
      'https://a/?page_token=2',
      'buy a <card>',
    ],
    ...['{"usage":{"prompt_tokens":12,"total_tokens":20}}', 'token: no'],
    ...['aGVsbG8gd29ybGQgaGVsbG8=', '0123456789abcdef0123456789abcdef', '\u0000\u0001', 'x'.repeat(100_000)],
  ])('not %j', (text) => expect(masked(text)).toBeNull())

  test('a field by its name, whatever is in it', () => {
    for (const value of ['x', '{"a":1}', Buffer.from([0xff, 0, 1]), 'y'.repeat(10_000)])
      expect(masked(value, 'userPassword')).toBe(HIDDEN)
    expect(masked('', 'password')).toBeNull()
  })
})

const secret = fc
  .string({ unit: fc.constantFrom(...'GHJKXZ'), minLength: 12, maxLength: 20 })
  .map((text) => `Q${text}Q`)
const plain = fc.constantFrom('id', 'amount', 'user', 'items', 'note')
const hidden = fc.constantFrom('password', 'accessToken', 'api_key', 'cardNumber', 'Authorization')

describe.each(Object.entries(ENCODINGS))('in %s no secret stays, wherever it is cut off', (_, encode) => {
  test('', () => {
    fc.assert(
      fc.property(
        secret,
        hidden,
        plain,
        fc.string({ maxLength: 30 }),
        fc.double({ min: 0, max: 1 }),
        (what, key, other, text, share) => {
          const whole = Buffer.from(encode({ [other]: text, nested: { [key]: what }, end: 'yes' }))
          const cut = whole.subarray(0, Math.round(whole.length * (share < 0.5 ? 1 : share)))
          const told = mask?.value('data', cut) ?? null
          expect(readable(told === null ? cut : Buffer.from(told.text))).not.toContain(what.slice(0, 4))
        },
      ),
      { numRuns: 200 },
    )
  })
})

/** All that a person can be shown of it: as text, and decoded. */
function readable(bytes: Uint8Array): string {
  const { root, last } = decodeValue({ bytes, name: null, as: 'auto', schema: null, tools: null }, PAGE_LIMITS)
  return [bytes, last].map((each) => Buffer.from(each).toString('latin1')).join('\n') + (root ? jsonOfTree(root) : '')
}

test('JSON of any shape stays the same but for the hidden', () => {
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('record'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    record: fc.dictionary(fc.oneof(plain, hidden, fc.string()), tie('value'), { maxKeys: 5 }),
  })).value
  const spaces = fc.constantFrom(0, 2)
  fc.assert(
    fc.property(json, spaces, (value, indent) => {
      const told = masked(JSON.stringify({ data: value }, null, indent))
      if (told === null || told === HIDDEN) return
      const read = JSON.parse(told) as { data: unknown }
      expect(sameButHidden(value, read.data)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

function sameButHidden(a: unknown, b: unknown): boolean {
  if (typeof b === 'string' && b.includes(HIDDEN)) return true
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b) || a === b
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return (
    left.length === right.length &&
    left.every(([key, value], at) => right[at]?.[0] === key && sameButHidden(value, right[at][1]))
  )
}

describe('what is too much to be looked into is hidden where such a name stands in it', () => {
  const many = (count: number): Buffer =>
    Buffer.concat([Buffer.from([0x82, 0xa1, 0x61, 0xdc, count >> 8, count & 255]), Buffer.alloc(count, 1)])
  const behind = Buffer.concat([Buffer.from([0xa8]), Buffer.from('password'), Buffer.from([0xa2]), Buffer.from('hu')])
  const bin = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0x81, 0xa1, 0x62, 0xc4, bytes.length]), bytes])
  test.each([
    ['a list of many', Buffer.concat([many(3_000), behind])],
    [
      'a long text before it',
      Buffer.concat([Buffer.from([0x82, 0xa1, 0x61, 0xda, 0xff, 0xff]), Buffer.alloc(0xffff, 120), behind]),
    ],
    ['bytes within', bin(Buffer.from('{"password":"hunter2"}'))],
    ['a long base64', Buffer.from(JSON.stringify({ pad: 'x'.repeat(60_000), password: 'h' })).toString('base64')],
    [
      'base64 in base64 in base64 in base64 in base64',
      [1, 2, 3, 4, 5].reduce((text) => Buffer.from(text).toString('base64'), '{"password":"h"}'),
    ],
  ])('%s', (_, value) => expect(masked(value)).toBe(HIDDEN))

  test('nothing is hidden in bytes that mean nothing', () => {
    let state = 1
    const noise = Buffer.from(
      Array.from({ length: 256 * 1024 }, () => ((state = (state * 48_271) % 2_147_483_647) >> 8) & 255),
    )
    const blocks = Array.from({ length: 64 }, (_, at) => noise.subarray(at * 4_096, (at + 1) * 4_096))
    expect(blocks.filter((block) => masked(block) !== null)).toEqual([])
  })
})

test('a path leads to what is hidden by the names on its way, the field’s among them', () => {
  const own = createMask(['customer.email', 'password'])
  expect(own?.at('body', 'body.customer[0].email', 'x@y')).toBe(HIDDEN)
  expect(own?.at('password', '$.x', 'hunter2')).toBe(HIDDEN)
  expect(own?.at('customer', '$.email', 'x@y')).toBe(HIDDEN)
  expect(own?.at('body', '$.inner', '{"password":"hu')).toBe('{"password":"•••"')
  expect(own?.at('body', 'body.customer[0].name', 'Ada')).toBeNull()
})

test('no value makes it throw, and none is left out', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => void mask?.value('x', bytes)),
    { numRuns: 2_000 },
  )
  for (const hostile of [
    '['.repeat(200_000),
    '{"a":'.repeat(100_000),
    '"'.repeat(300_001),
    '{"token":'.repeat(50_000),
    '\\'.repeat(100_000),
  ])
    expect(() => masked(hostile)).not.toThrow()
})

describe('what is packed', () => {
  test('is masked once it was unpacked and decoded', () => {
    const tree = decodeValue(
      {
        bytes: Buffer.from('{"a":"{\\"token\\":\\"Q\\"}","pin":5,"list":[{"card":1}]}'),
        name: null,
        as: 'auto',
        schema: null,
        tools: null,
      },
      PAGE_LIMITS,
    ).root
    if (tree === null || mask === null) throw new Error('no tree')
    expect(jsonOfTree(mask.tree('data', tree))).not.toMatch(/Q|5|1/)
    expect(mask.text('data', 'token=Q')).toBe(HIDDEN)
    expect(mask.text(null, 'nothing')).toBeNull()
  })

  test('and not told to be: its bytes say nothing', () => {
    expect(mask?.value('data', gzipSync('{"token":"x"}'))).toBeNull()
  })
})

test('without names nothing is masked', () => expect(createMask([])).toBeNull())

describe('a name of several words', () => {
  const own = createMask(['customer.email', 'api key'])
  const told = (name: string, text: string) => own?.value(name, new TextEncoder().encode(text))?.text ?? text
  test.each([
    ['customer', '{"email":"a"}', '{"email":"•••"}'],
    ['body', '{"customer":{"id":5,"email":"a"}}', '{"customer":{"id":5,"email":"•••"}}'],
    ['body', '{"api":{"url":"u","note":"é","key":"a"}}', '{"api":{"url":"u","note":"é","key":"•••"}}'],
    ['api', '[{"id":1,"key":"a"}]', '[{"id":1,"key":"•••"}]'],
    ['body', '{"id":1,"email":"a","key":"b"}', '{"id":1,"email":"a","key":"b"}'],
    ['customer', '{"id":1,"name":"a"}', '{"id":1,"name":"a"}'],
  ])('is found over the keys that it lies in, whatever stands between: %s %s', (name, text, shown) => {
    expect(told(name, text)).toBe(shown)
  })
})
