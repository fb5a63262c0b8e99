import { describe, expect, it } from 'vitest'
import { tooLargeAt } from '../../../../renderer/components/entry/entry-size'

describe('an entry that is too large to be sent', () => {
  it('is put down to the field that takes most', () => {
    const half = 'x'.repeat(530_000)
    expect(tooLargeAt([['a', half]])).toBeNull()
    expect(
      tooLargeAt([
        ['a', half],
        ['b', `${half}x`],
        ['c', ''],
      ]),
    ).toBe(1)
  })

  it('is measured as it is sent: in bytes, and escaped', () => {
    expect(tooLargeAt([['a', 'x'.repeat(600_000)]])).toBeNull()
    expect(tooLargeAt([['a', 'é'.repeat(600_000)]])).toBe(0)
    expect(tooLargeAt([['a', '\n'.repeat(600_000)]])).toBe(0)
    expect(tooLargeAt([['\u0001'.repeat(200_000), '']])).toBe(0)
  })

  it('is nothing without fields', () => {
    expect(tooLargeAt([])).toBeNull()
  })
})
