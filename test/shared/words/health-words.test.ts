import { expect, test } from 'vitest'
import { formatCount } from '../../../shared/format/format-count'
import { healthWords } from '../../../shared/words/en/health-words'

const group = { pending: 5_000 }

test('of a list that was looked at in part it is said how far, and only where it is not known', () => {
  const part = { looked: 1_200, isWhole: false }
  expect(healthWords.group('not-known', { group, peek: part })).toEqual({
    health: 'unknown',
    label: `Not known yet: fine as far as looked, ${formatCount(1_200)} of ${formatCount(5_000)} pending entries`,
  })
  const unread = healthWords.group('not-known').label
  expect(healthWords.group('not-known', { group, peek: { looked: 5_000, isWhole: true } }).label).toBe(unread)
  expect(healthWords.group('not-known', { group, peek: null }).label).toBe(unread)
  expect(healthWords.group('poison', { group, peek: part }).label).toBe(healthWords.group('poison').label)
})
