import { expect, test } from 'vitest'
import { inTurns } from '../../../../electron/services/monitoring/in-turns'

test.each([
  ['both have much', 4, 4, 'abababab'],
  ['one has thousands', 6, 2, 'ababaaaa'],
  ['the other', 1, 5, 'abbbbb'],
  ['one has nothing', 0, 3, 'bbb'],
  ['none has anything', 0, 0, ''],
])('%s', (_what, a, b, expected) => {
  const left = { a, b }
  const of = (kind: 'a' | 'b') => () => {
    left[kind] -= 1
    return left[kind] >= 0 ? kind : null
  }
  const next = inTurns(of('a'), of('b'))
  expect(Array.from({ length: 10 }, () => next() ?? '').join('')).toBe(expected)
})
