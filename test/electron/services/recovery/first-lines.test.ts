import { expect, test } from 'vitest'
import { ackDeleteLines, firstLines } from '../../../../electron/services/recovery/actions/command-lines'

const lines = (count: number, length: number): string[] => Array.from({ length: count }, () => 'x'.repeat(length))

test('the journal keeps the first commands of a plan: all of a few, twenty of many, fewer of long ones', () => {
  expect(firstLines([])).toEqual([])
  expect(firstLines(lines(3, 10))).toHaveLength(3)
  expect(firstLines(lines(500, 10))).toHaveLength(20)
  expect(firstLines(lines(20, 10_000))).toHaveLength(2)
  expect(firstLines(lines(2, 100_000))).toHaveLength(1)
})

test('a transaction of one whole batch is kept to its EXEC', () => {
  const ids = Array.from({ length: 500 }, (_, at) => `1620973121009-${at}`)
  expect(firstLines(ackDeleteLines({ key: 'orders', group: 'billing' }, ids, null)).at(-1)).toBe('EXEC')
})
