import { expect, test } from 'vitest'
import { commitProblems } from '../../build/subject-lint.mjs'

const all = (...subjects: readonly string[]) => subjects.map((subject) => ({ subject, body: null }))

test('a subject has 72 characters at most, counted as they are read', () => {
  const longest = 'é'.repeat(71) + '🙂'
  expect(commitProblems(all('Names: one key', longest))).toEqual([])
  expect(commitProblems(all(`${longest}.`, 'short'))).toEqual([`over 72 characters: ${longest}.`])
})

test('a body says why', () => {
  expect(commitProblems([{ subject: 'Names: one key', body: 'Three were there.' }])).toEqual([])
  expect(commitProblems([{ subject: 'x', body: '' }])).toEqual(['says no why in its body: x'])
})
