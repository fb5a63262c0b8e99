import { describe, expect, it } from 'vitest'
import { parseJump } from '../../../../renderer/components/entry/jump'

const NOW = Date.parse('2026-05-15T12:00:00Z')

describe('parseJump', () => {
  it.each([
    ['1620973121009-7', '1620973121009-7'],
    [' 1620973121009 ', '1620973121009-0'],
    ['0', '0-0'],
    ['2021-05-15 06:55:39.960Z', '1621061739960-0'],
    ['2021-05-15T06:55 UTC', '1621061700000-0'],
    ['2021-05-15T06:55+02:00', '1621054500000-0'],
    ['10m', `${NOW - 600_000}-0`],
    ['2 h ago', `${NOW - 7_200_000}-0`],
    ['3d', `${NOW - 3 * 86_400_000}-0`],
  ])('%j is %s', (typed, id) => {
    expect(parseJump(typed, 'low', NOW)).toBe(id)
  })

  it('takes a date without a zone as local', () => {
    expect(parseJump('2021-05-15', 'low', NOW)).toBe(`${new Date(2021, 4, 15).getTime()}-0`)
    expect(parseJump('2021-05-15 06:55', 'low', NOW)).toBe(`${new Date(2021, 4, 15, 6, 55).getTime()}-0`)
  })

  it('means the end of a millisecond where the list runs backwards', () => {
    expect(parseJump('1620973121009', 'high', NOW)).toBe('1620973121009-18446744073709551615')
    expect(parseJump('1620973121009-7', 'high', NOW)).toBe('1620973121009-7')
  })

  it.each(['', 'yesterday', '12-', '2021-13-45', '1-2-3', '99999999999999999999999', '-5', '99999999d'])(
    'refuses %j',
    (typed) => {
      expect(parseJump(typed, 'low', NOW)).toBeNull()
    },
  )
})
