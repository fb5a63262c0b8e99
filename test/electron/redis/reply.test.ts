import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createByteBudget } from '../../../electron/redis/byte-budget'
import { fromBuffer, toBuffer } from '../../../electron/redis/bytes'
import {
  asCount,
  asId,
  asList,
  asNumber,
  asRecord,
  asText,
  replyBytes,
  ReplyShapeError,
} from '../../../electron/redis/reply'
import { bytes } from '../../../shared/bytes'
import { MAX_ID, MIN_ID, nextId, previousId } from '../../../shared/entry-id'

describe('bytes', () => {
  test('any bytes come back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (raw) => {
        const buffer = Buffer.from(raw)
        expect(toBuffer(fromBuffer(buffer))).toEqual(buffer)
        expect(toBuffer(bytes.parse(JSON.parse(JSON.stringify(fromBuffer(buffer)))))).toEqual(buffer)
      }),
    )
  })

  test('text stays text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fromBuffer(Buffer.from(text))).toBe(text)
      }),
    )
    expect(fromBuffer(Buffer.from('\ufeffmark'))).toBe('\ufeffmark')
    expect(fromBuffer(Buffer.from([0xff]))).toEqual({ base64: '/w==' })
  })
})

describe('replies', () => {
  test('counts are exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
        expect(BigInt(asCount(String(integer)))).toBe(integer)
      }),
    )
    expect(asCount(Buffer.from('12'))).toBe(12)
    expect(asNumber('12')).toBe(12)
  })

  test('a map is read by name, whatever the order, and what is not there is undefined', () => {
    const record = asRecord(['b', '2', Buffer.from('a'), null])
    expect([record.get('a'), record.get('b'), record.get('c')]).toEqual([null, '2', undefined])
  })

  test.each([
    ['a number', () => asNumber('x')],
    ['a count', () => asCount(Buffer.from('1.5'))],
    ['a count', () => asCount(null)],
    ['a list', () => asList('x')],
    ['an id', () => asId(undefined)],
    ['text', () => asText([])],
  ])('another shape than %s is an error', (_, read) => {
    expect(read).toThrow(ReplyShapeError)
  })

  test('the size of a reply is about what it holds', () => {
    expect(replyBytes([Buffer.alloc(100), ['abc', null]])).toBe(8 + 100 + 8 + 3 + 8)
  })
})

describe('the byte budget', () => {
  test('begins small, grows with small rows, and never asks for more than fits', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const budget = createByteBudget(16, 4_000_000)
        expect(budget.count(1000)).toBe(16)
        for (const size of sizes) {
          const rows = budget.count(1000)
          budget.saw(rows, rows * size)
          const next = budget.count(1000)
          expect(next).toBeGreaterThanOrEqual(1)
          expect(next).toBeLessThanOrEqual(rows * 4)
          expect(next === 1 || next * size <= 4_000_000).toBe(true)
        }
      }),
    )
  })

  test('grows on when nothing came', () => {
    const budget = createByteBudget(16)
    budget.saw(0, 0)
    expect(budget.count(1000)).toBe(64)
  })
})

describe('the bound of a range that goes on', () => {
  test('is the neighbour, which every server takes', () => {
    expect(nextId('5-1')).toBe('5-2')
    expect(previousId('5-0')).toBe('4-18446744073709551615')
  })

  test('is nowhere beyond the ends, which Redis would refuse', () => {
    expect(nextId(MAX_ID)).toBeNull()
    expect(previousId(MIN_ID)).toBeNull()
  })
})
