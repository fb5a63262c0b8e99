import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keysBetween, toggled } from '../../../renderer/utils/range-select'
import { mostRows, rowWindow } from '../../../renderer/utils/row-window'

describe('the window of rows', () => {
  it('covers what shows, stays within the list, and is never larger than its slots', () => {
    fc.assert(
      fc.property(
        fc.nat(1e7),
        fc.nat(4_000),
        fc.constantFrom(28, 36),
        fc.nat(1e5),
        (scrollTop, viewport, rowHeight, count) => {
          const { from, to } = rowWindow({ scrollTop, viewport, rowHeight, count })
          expect(from).toBeGreaterThanOrEqual(0)
          expect(to).toBeLessThanOrEqual(count)
          expect(to - from).toBeLessThanOrEqual(mostRows(viewport, rowHeight))
          if (count > 0) expect(to).toBeGreaterThan(from)
          const last = Math.min(count, Math.ceil((scrollTop + viewport) / rowHeight))
          if (scrollTop < count * rowHeight) expect(from).toBeLessThanOrEqual(Math.floor(scrollTop / rowHeight))
          expect(to).toBeGreaterThanOrEqual(last)
        },
      ),
    )
  })
})

describe('a range', () => {
  const keys = ['a', 'b', 'c', 'd']
  it('runs either way, both ends included', () => {
    expect(keysBetween(keys, 'b', 'd')).toEqual(['b', 'c', 'd'])
    expect(keysBetween(keys, 'd', 'b')).toEqual(['b', 'c', 'd'])
  })

  it('is one row when it has no beginning any more, and none without an end', () => {
    expect(keysBetween(keys, 'gone', 'c')).toEqual(['c'])
    expect(keysBetween(keys, null, 'c')).toEqual(['c'])
    expect(keysBetween(keys, 'a', 'gone')).toEqual([])
  })

  it('toggles without touching the set it was given', () => {
    const before = new Set(['a'])
    expect([...toggled(before, 'a')]).toEqual([])
    expect([...toggled(before, 'b')]).toEqual(['a', 'b'])
    expect(before.size).toBe(1)
  })
})
