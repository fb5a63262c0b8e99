import { describe, expect, it } from 'vitest'
import { losers } from '../../../shared/judgement/losses'
import type { TrimPlan } from '../../../shared/model/trim-plan'
import { words } from '../../../shared/words/words'

const { firstKeptNote, losses: lossSentence, remaining: remainingWords, removing: removesSentence } = words.trim
const { text: figureWords } = words.figure

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

const none = { value: 0, certainty: 'exact' as const }
const some = { value: 5, certainty: 'exact' as const }
const atMost = { value: 5, certainty: 'atMost' as const }
const group = (pending: TrimPlan['groups'][number]['pending'], unread: TrimPlan['groups'][number]['unread']) => ({
  name: 'g',
  pending,
  unread,
})

describe('the groups that lose something', () => {
  it('counts one whose loss is not countable among those who may', () => {
    expect(losers(plan).map(({ name }) => name)).toEqual(['billing', 'slow'])
  })

  it('there are none where nothing goes, whatever the figures', () => {
    const nothing = { ...plan, removes: none }
    expect([losers(nothing), lossSentence(nothing)]).toEqual([[], null])
  })

  it.each([
    [[], null],
    [[group(none, none)], 'Its group loses nothing'],
    [[group(none, none), group(none, none)], 'None of its 2 groups loses anything'],
    [[group(some, none)], 'Its group loses entries that it still needs'],
    [[group(none, some), group(none, none)], '1 of 2 groups loses entries that it still needs'],
    [[group(some, atMost), group(none, some)], '2 of 2 groups lose entries that they still need'],
    [[group(some, none), group(none, atMost)], '2 of 2 groups may lose entries that they still need'],
    [[group(null, none)], 'Its group may lose entries that it still needs'],
  ])('%j: %s', (groups, words) => {
    expect(lossSentence({ ...plan, groups })).toBe(words)
  })
})

describe('the first entry that stays', () => {
  const exact = { ...plan, approximate: false, removes: { value: 12_431, certainty: 'exact' as const } }
  it.each([
    ['known', exact, null],
    ['known, and whole nodes only go', plan, 'or an earlier one'],
    ['too far in to be read', { ...exact, firstKept: null }, 'found when it runs'],
    ['none', { ...exact, firstKept: null, removes: { value: 20_000, certainty: 'exact' as const } }, 'none'],
    [
      'none, but whole nodes only go',
      { ...plan, firstKept: null, removes: { value: 20_000, certainty: 'atMost' as const } },
      'none, or an earlier one',
    ],
    ['that of a stream that loses nothing', { ...plan, removes: none }, null],
    ['that of an empty stream', { ...plan, length: 0, firstKept: null, removes: none }, 'none: the stream is empty'],
  ])('%s', (_, of, note) => {
    expect(firstKeptNote(of)).toBe(note)
  })
})
