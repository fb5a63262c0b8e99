import { describe, expect, test } from 'vitest'
import { keySlot } from '../../shared/key-slot'

const slot = (name: string): number => keySlot(new TextEncoder().encode(name))

describe('the slot of a key', () => {
  test('the check value of the specification', () => {
    expect(slot('123456789')).toBe(0x31c3)
  })

  test.each([
    ['', 0],
    ['foo', 12_182],
    ['bar', 5_061],
    ['hello', 866],
    ['orders', 105],
  ])('%j is in %i', (name, expected) => {
    expect(slot(name)).toBe(expected)
  })

  test.each([
    ['{user1000}.following', 'user1000'],
    ['{user1000}.followers', 'user1000'],
    ['foo{{bar}}zap', '{bar'],
    ['foo{bar}{zap}', 'bar'],
    ['}{bar}', 'bar'],
    ['{bar', '{bar'],
    ['bar}', 'bar}'],
  ])('of %j it is that of %j', (name, part) => {
    expect(slot(name)).toBe(keySlot(new TextEncoder().encode(part)))
  })

  test.each(['foo{}{bar}', '{}', '{}bar', 'a}b{'])('of %j all of it counts', (name) => {
    // A byte before the first brace would change nothing if only the part in braces counted.
    expect(slot(name)).not.toBe(slot(`x${name}`))
    expect(slot(name)).not.toBe(slot('bar'))
  })

  test('bytes that are no text', () => {
    expect(keySlot(Uint8Array.of(0xff, 0x7b, 0x00, 0x7d, 0xfe))).toBe(keySlot(Uint8Array.of(0x00)))
    expect(keySlot(Uint8Array.of(0xff))).not.toBe(keySlot(Uint8Array.of(0xfe)))
  })
})
