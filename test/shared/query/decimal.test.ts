import { expect, test } from 'vitest'
import { compareDecimals } from '../../../shared/query/decimal'

test.each([
  ['9007199254740993', '9007199254740992', 1],
  ['1.10', '1.1', 0],
  ['-1', '1', -1],
  ['-0', '0', 0],
  ['007', '7', 0],
  ['0.1', '0.09', 1],
  ['1e3', '999', 1],
  ['+5', '5', 0],
])('%s beside %s', (a, b, sign) => {
  expect(Math.sign(compareDecimals(a, b) ?? Number.NaN)).toBe(sign)
})

test.each([
  ['', '1'],
  ['1', 'one'],
  ['0x10', '16'],
  ['1_000', '1'],
  [' 1', '1'],
  ['NaN', '1'],
  ['1e9999', '1'],
  ['9'.repeat(500), '1'],
])('%s and %s can’t be compared', (a, b) => {
  expect(compareDecimals(a, b)).toBeNull()
})
