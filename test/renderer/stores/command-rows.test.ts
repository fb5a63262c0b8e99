import { expect, test } from 'vitest'
import { MOST_SHOWN, mergeCommands } from '../../../renderer/stores/command-rows'
import type { LoggedCommand } from '../../../shared/model/command-log'

const row = (n: number, kind: 'waiting' | 'ok' = 'ok'): LoggedCommand => ({
  ...{ n, atMs: n, node: 'here:1', by: { kind: 'monitoring' }, command: 'XLEN', args: ['k'], writes: false },
  ...{ sentBytes: 1, receivedBytes: 1, ms: 1, outcome: { kind } },
})
const numbers = (rows: readonly LoggedCommand[]) => rows.map(({ n }) => n)

test('the newest come first, and one that is told again stands where it was', () => {
  const shown = mergeCommands([], [row(1), row(2, 'waiting'), row(3)])
  expect(numbers(shown)).toEqual([3, 2, 1])
  const again = mergeCommands(shown, [row(2), row(4)])
  expect(numbers(again)).toEqual([4, 3, 2, 1])
  expect(again[2]?.outcome.kind).toBe('ok')
})

test('one that came to match later stands where it was sent', () => {
  expect(numbers(mergeCommands([row(9), row(5)], [row(7)]))).toEqual([9, 7, 5])
})

test('no more than so many, and nothing changes where nothing is told', () => {
  const many = mergeCommands(
    [],
    Array.from({ length: MOST_SHOWN + 50 }, (_, at) => row(at + 1)),
  )
  expect(many).toHaveLength(MOST_SHOWN)
  expect(many[0]?.n).toBe(MOST_SHOWN + 50)
  expect(mergeCommands(many, [])).toBe(many)
})
