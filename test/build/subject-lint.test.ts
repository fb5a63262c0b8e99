import { expect, test } from 'vitest'
import { subjectProblems } from '../../build/subject-lint.mjs'

test('a subject has 72 characters at most, counted as they are read', () => {
  const longest = 'é'.repeat(71) + '🙂'
  expect(subjectProblems(['Names: one key', longest])).toEqual([])
  expect(subjectProblems([`${longest}.`, 'short'])).toEqual([`over 72 characters: ${longest}.`])
})
