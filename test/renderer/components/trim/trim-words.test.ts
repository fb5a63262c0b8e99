import { describe, expect, it } from 'vitest'
import { figureWords, losers, remainingWords, removesSentence } from '../../../../renderer/components/trim/trim-words'
import type { TrimPlan } from '../../../../shared/model/plan'

const plan: TrimPlan = {
  id: 'p',
  connectionId: 'c',
  key: 'orders',
  strategy: { kind: 'maxlen', maxlen: 100 },
  approximate: true,
  limit: 10_000,
  length: 20_000,
  removes: { value: 12_431, certainty: 'atMost' },
  firstKept: '5-0',
  groups: [
    { name: 'billing', pending: { value: 310, certainty: 'exact' }, unread: { value: 0, certainty: 'exact' } },
    { name: 'audit', pending: { value: 0, certainty: 'exact' }, unread: { value: 0, certainty: 'exact' } },
    { name: 'slow', pending: null, unread: null },
  ],
  commands: [],
}

describe('figures say how sure they are', () => {
  it.each([
    [{ value: 12_431, certainty: 'exact' as const }, '12\u202f431'],
    [{ value: 12_431, certainty: 'atMost' as const }, 'at most 12\u202f431'],
    [{ value: 12_431, certainty: 'estimate' as const }, '~ 12\u202f431'],
    [null, 'not countable'],
  ])('%j', (figure, words) => {
    expect(figureWords(figure)).toBe(words)
  })

  it('what stays is at least what is not removed at most', () => {
    expect(remainingWords(plan)).toBe('at least 7\u202f569')
  })
})

it('a trim that removes nothing says so', () => {
  expect(removesSentence({ ...plan, removes: { value: 0, certainty: 'exact' } })).toContain('nothing')
  expect(removesSentence(plan)).toBe('Removes at most 12\u202f431 of 20\u202f000 entries')
})

it('counts a group whose loss is not countable among those who may lose', () => {
  expect(losers(plan)).toBe(2)
})
