import { describe, expect, it } from 'vitest'
import { criteriaOf, filterChips, idleUnitOf, isFiltered, searchWords } from '../../../renderer/utils/pending-filter'
import { undoSentence } from '../../../shared/words/en/undo-words'
import type { Criteria } from '../../../shared/model/selection'
import { verbatim } from '../../../shared/words/messages'
import { queryOf } from '../../helpers/query-of'

const everything: Criteria = {
  minIdleMs: 1_800_000,
  minDeliveries: 2,
  maxDeliveries: 1_000,
  from: '1-0',
  to: '18446744073709551615-7',
  presence: 'gone',
  query: queryOf('"\\xff":a\u202eb -n>2'),
}

describe('a filter of the pending list', () => {
  it('has a chip for each thing that is asked for, and each goes by itself', () => {
    const chips = filterChips(everything)
    expect(chips).toHaveLength(7)
    expect(chips.map(({ text }) => text)).toContain('deliveries ≤ 1\u202f000')
    expect(chips.at(-1)?.text).toBe('\\xff contains “a\\u{202e}b” and n is not above “2”')
    for (const { without } of chips) expect(filterChips(without)).toHaveLength(6)
    expect(chips[0]?.without).not.toHaveProperty('minIdleMs')
  })

  it('is none when nothing is asked for, whoever the consumer is', () => {
    expect(isFiltered({})).toBe(false)
    expect(isFiltered(criteriaOf({}, 'w1'))).toBe(false)
    expect(criteriaOf(everything, null)).toEqual(everything)
    expect(criteriaOf({ minDeliveries: 2 }, 'w1')).toEqual({ minDeliveries: 2, consumers: ['w1'] })
  })

  it('shows a span in the unit it was typed in', () => {
    expect([30_000, 90_000, 7_200_000, 172_800_000, 0].map(idleUnitOf)).toEqual([
      1_000, 1_000, 3_600_000, 86_400_000, 60_000,
    ])
  })

  it('says how far was looked', () => {
    expect(searchWords(1, 20_000, false, true)).toBe('1 matches of 20\u202f000 looked at so far')
    expect(searchWords(3, 20_000, true, true)).toBe('3 match of 20\u202f000 looked at')
    expect(searchWords(3, 20_000, false, false)).toBe('3 match from here on so far')
    expect(searchWords(0, 12, true, true, 4)).toBe(
      '0 match of 12 looked at, 4 entries too large to be gone through whole',
    )
  })
})

it('an undo says beforehand what comes back and what stays', () => {
  const plan = { recordId: 'r', entries: 988, leftAlone: 9, gone: 1, consumers: [], note: verbatim('') }
  expect(undoSentence(plan)).toBe('Would give back 988 entries; 9 moved since and stay; 1 is gone from the stream')
  expect(undoSentence({ ...plan, entries: 0, leftAlone: 1, gone: 0 })).toBe(
    'Would give back 0 entries; 1 moved since and stays',
  )
  expect(
    undoSentence({ ...plan, entries: 0, leftAlone: 0, gone: 0, instead: verbatim('Creates the group again') }),
  ).toBe('Creates the group again')
})
