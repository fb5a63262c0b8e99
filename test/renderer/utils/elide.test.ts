import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elideMiddle, headAndTail } from '../../../renderer/utils/elide'

describe('a long name', () => {
  it('keeps its end, where names differ', () => {
    expect(headAndTail('consumer-1f20d41d-e63e-40d2-bc0f-749f11f15026').tail).toBe('11f15026')
    expect(headAndTail('orders')).toEqual({ head: 'orders', tail: '' })
  })

  it('is not split when it runs from right to left', () => {
    expect(headAndTail('طلبات'.repeat(10)).tail).toBe('')
  })

  it('loses nothing and never splits a grapheme', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const { head, tail } = headAndTail(text)
        expect(head + tail).toBe(text)
      }),
    )
    expect(headAndTail(`${'x'.repeat(40)}👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦`, 2).tail).toBe('👩‍👩‍👧‍👦👩‍👩‍👧‍👦')
  })

  it('is cut in the middle where there is no layout to do it', () => {
    expect(elideMiddle('abcdefghij', 7)).toBe('abc…hij')
    expect(elideMiddle('abc', 7)).toBe('abc')
  })
})
