import { expect, it, test } from 'vitest'
import { jsonOfTree } from '../../../shared/decode/tree-text'
import { decode } from './kit'

const copied = (value: string | Uint8Array, as: 'auto' | 'msgpack' = 'auto'): string | null => {
  const { root } = decode(value, { as })
  return root && jsonOfTree(root)
}
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

it.each([
  '{"b":18446744073709551615,"a":-0,"a":1.10,"__proto__":{"x":1e400},"":[]}',
  '["\\u0000\\"\\\\",true,null,"{\\"a\\":1}"]',
])('JSON is copied as it was: %s', (text) => {
  expect(copied(text)).toBe(text)
  expect(copied(Buffer.from(text).toString('base64'))).toBe(text)
})

test('what JSON has no word for is not copied as if it had', () => {
  expect(copied(hex('92a568656c6c6fcfffffffffffffffff'), 'msgpack')).toBe('["hello",18446744073709551615]')
  for (const other of ['91c403010203', '91cb7ff8000000000000', '91a2c328', '8101a16a', '91d6ff00000001'])
    expect(copied(hex(other), 'msgpack')).toBeNull()
  expect(copied('{"a":NaN}')).toBeNull()
  expect(copied('{"a":1}\n{"b":2}')).toBeNull()
})
