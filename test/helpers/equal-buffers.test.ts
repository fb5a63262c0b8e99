import { expect, test } from 'vitest'

const bytes = (...of: readonly number[]): Buffer => Buffer.from(of)

test('buffers are equal where their bytes are, wherever they stand', () => {
  expect(bytes(1, 2)).toEqual(bytes(1, 2))
  expect([{ n: bytes(0xff) }]).toEqual([{ n: bytes(0xff) }])
  expect({ n: bytes(0xff), m: 1 }).toMatchObject({ n: bytes(0xff) })
  expect([bytes(1), bytes(2)]).toContainEqual(bytes(2))
})

test.each([
  ['another byte', bytes(1, 2), bytes(1, 3)],
  ['one more', bytes(1), bytes(1, 0)],
  ['none', bytes(1), bytes()],
  ['a string', bytes(0x61), 'a'],
  ['an array', bytes(1), [1]],
  ['null', bytes(), null],
])('and to nothing else: %s', (_what, a, b) => {
  expect(a).not.toEqual(b)
  expect([a]).not.toEqual([b])
  expect(b).not.toEqual(a)
})

test('large ones in an instant: byte by byte, this would take minutes', () => {
  expect(Buffer.alloc(128 * 1024 * 1024, 7)).toEqual(Buffer.alloc(128 * 1024 * 1024, 7))
})
