import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareIds,
  completeId,
  entryId,
  idDistanceMs,
  idTimeMs,
  isEntryId,
  MAX_ID,
  MIN_ID,
  nextId,
  previousId,
} from '../../shared/entry-id'

const MAX_HALF = 2n ** 64n - 1n
/** Near the ends as often as anywhere. */
const half = fc.oneof(
  fc.bigInt({ min: 0n, max: MAX_HALF }),
  fc.bigInt({ min: 0n, max: 3n }),
  fc.bigInt({ min: MAX_HALF - 3n, max: MAX_HALF }),
)
const parts = fc.tuple(half, half)
const text = ([ms, seq]: readonly [bigint, bigint]) => `${ms}-${seq}`
const whole = ([ms, seq]: readonly [bigint, bigint]) => (ms << 64n) + seq

describe('the order of ids', () => {
  test('is that of their two 64-bit halves', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const expected = whole(a) < whole(b) ? -1 : whole(a) > whole(b) ? 1 : 0
        expect(Math.sign(compareIds(text(a), text(b)))).toBe(expected)
      }),
    )
    expect(compareIds('9-0', '10-0')).toBeLessThan(0)
    expect(compareIds('18446744073709551614-0', '18446744073709551615-0')).toBeLessThan(0)
  })

  test('next and previous are the neighbours, and there is nothing in between', () => {
    fc.assert(
      fc.property(parts, (id) => {
        const next = nextId(text(id))
        if (next === null) {
          expect(text(id)).toBe(MAX_ID)
          return
        }
        const [ms = 0n, seq = 0n] = next.split('-').map(BigInt)
        expect(whole([ms, seq])).toBe(whole(id) + 1n)
        expect(previousId(next)).toBe(text(id))
      }),
    )
    expect(previousId(MIN_ID)).toBeNull()
    expect(nextId(`7-${MAX_HALF}`)).toBe('8-0')
  })
})

describe('what is an id', () => {
  test.each(['0-0', '1620973121009-0', MAX_ID])('%s is', (id) => {
    expect(isEntryId(id)).toBe(true)
    expect(entryId.safeParse(id).success).toBe(true)
  })

  test.each([
    '',
    '-',
    '+',
    '$',
    '*',
    '1',
    '1-',
    '-1',
    '1-1-1',
    '01-1',
    '1-01',
    ' 1-1',
    '1-1 ',
    '1.5-0',
    '1e3-0',
    '0x1-0',
    '18446744073709551616-0',
    '1-18446744073709551616',
    '99999999999999999999-0',
    '１-0',
  ])('%j is none', (id) => {
    expect(isEntryId(id)).toBe(false)
    expect(entryId.safeParse(id).success).toBe(false)
    expect(() => compareIds(id, '1-1')).toThrow(RangeError)
  })
})

describe('the time of an id', () => {
  test('is its first half, where that is a date', () => {
    expect(idTimeMs('1620973121009-3')).toBe(1_620_973_121_009)
    expect(idTimeMs('0-1')).toBeNull()
    expect(idTimeMs(MAX_ID)).toBeNull()
  })

  test('is none before 2010, and none beyond tomorrow: ids of seconds, of microseconds, of a counter', () => {
    const now = 1_700_000_000_000
    const day = 86_400_000
    expect(idTimeMs(`${Date.UTC(2010)}-0`, now)).toBe(Date.UTC(2010))
    expect(idTimeMs(`${Date.UTC(2010) - 1}-0`, now)).toBeNull()
    expect(idTimeMs(`${now + day}-0`, now)).toBe(now + day)
    expect(idTimeMs(`${now + day + 1}-0`, now)).toBeNull()
    expect(['1700000000-0', '1700000000000000-0', '1-0'].map((id) => idTimeMs(id, now))).toEqual([null, null, null])
  })

  test('distances have a sign', () => {
    expect(idDistanceMs('5-9', '7-0')).toBe(2)
    expect(idDistanceMs('7-0', '5-9')).toBe(-2)
    expect(idDistanceMs('0-0', MAX_ID)).toBeCloseTo(2 ** 64, -4)
  })
})

test('what a person types for an id', () => {
  expect(completeId(' 5-3 ', 'low')).toBe('5-3')
  expect(completeId('5', 'low')).toBe('5-0')
  expect(completeId('5', 'high')).toBe(`5-${MAX_HALF}`)
  for (const typed of ['', 'x', '5-', '-', '18446744073709551616']) expect(completeId(typed, 'low')).toBeNull()
})
