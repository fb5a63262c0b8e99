import fc from 'fast-check'
import { expect, test } from 'vitest'
import { count, parseCount } from '../../shared/count'

test('every 64-bit integer is read exactly', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
      const read = parseCount(String(integer))
      expect(BigInt(read)).toBe(integer)
      expect(count.parse(read)).toBe(read)
    }),
  )
})

test('a number while that is exact, else a bigint; both compare alike', () => {
  expect(parseCount('9007199254740991')).toBe(9_007_199_254_740_991)
  expect(parseCount('9007199254740992')).toBe(9_007_199_254_740_992n)
  expect(parseCount('9223372036854775807') > parseCount('12')).toBe(true)
})

test('what is no integer is refused', () => {
  for (const text of ['x', '1.5', '1e3']) expect(() => parseCount(text)).toThrow(SyntaxError)
})
