import { expect, test } from 'vitest'
import { EVERY_ENTRY, type Condition } from '../../../shared/model/entry-query'
import { readQuery } from '../../../shared/query/read-query'
import { withTerm } from '../../../shared/query/with-term'
import { writeQuery } from '../../../shared/query/write-query'

const term: Condition = { not: true, subject: { kind: 'field', name: 'a b' }, how: 'is', value: { base64: '/w==' } }
const queryOf = (text: string) => {
  const read = readQuery(text)
  if (!('query' in read)) throw new Error(text)
  return read.query
}

test.each([
  ['x', 'x -"a b"="\\xff"'],
  ['x OR y z', 'x -"a b"="\\xff" OR y z -"a b"="\\xff"'],
  ['x -"a b"="\\xff"', 'x -"a b"="\\xff"'],
])('%s gets it in each alternative, once', (text, expected) => {
  expect(writeQuery(withTerm(queryOf(text), term) ?? [])).toBe(expected)
  expect(queryOf(expected)).toEqual(withTerm(queryOf(text), term))
})

test('of all entries, or nothing yet, it is all; one that is full has no room', () => {
  expect(withTerm(null, term)).toEqual([[term]])
  expect(withTerm(EVERY_ENTRY, term)).toEqual([[term]])
  const full = queryOf(Array.from({ length: 30 }, (_, at) => `x${at}`).join(' '))
  expect(withTerm(full, term)).toBeNull()
  const [first] = full[0] ?? []
  expect(first && withTerm(full, first)).toEqual(full)
})
