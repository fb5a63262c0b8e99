import { expect, test } from 'vitest'
import { bytesKey } from '../../../../shared/bytes'
import { createVanished } from '../../../../electron/services/monitoring/vanished'
import { group, lagging, summary } from '../../../shared/judgement/judged-samples'

const GONE = { error: { code: 'NOT_FOUND', data: {} } } as const
const there = summary('orders', [group('g')])
const busy = summary('orders', [group('g', { pending: 1 })])

test.each([
  ['with its stream', there, summary('orders', [], GONE), false, ['g']],
  [
    'with its stream, unless it never had a consumer',
    summary('orders', [group('g', { consumers: 0 })]),
    summary('orders', [], GONE),
    false,
    [],
  ],
  ['with its stream, unless that was done from here', there, summary('orders', [], GONE), true, []],
  ['alone, while it held something', busy, summary('orders', []), false, ['g']],
  ['alone, while entries waited for it', summary('orders', [lagging]), summary('orders', []), false, ['audit']],
  ['alone, unless it had nothing to do', there, summary('orders', []), false, []],
  ['alone, unless that was done from here', busy, summary('orders', []), true, []],
  ['unless it is there', busy, busy, false, []],
  [
    'unless its stream could not be read',
    busy,
    summary('orders', [], { error: { code: 'REDIS', data: {} } }),
    false,
    [],
  ],
  ['unless nothing was known before', undefined, summary('orders', [], GONE), false, []],
] as const)('a group is missed that goes %s', (_what, before, now, meant, missed) => {
  const vanished = createVanished()
  vanished.note(before, now, 5, meant)
  expect(vanished.all().map(({ group: name }) => name)).toEqual(missed)
  expect(vanished.isMissed(bytesKey('orders'))).toBe(missed.length > 0)
})

test('it is missed since it was first, until it is there again', () => {
  const vanished = createVanished()
  const gone = summary('orders', [], GONE)
  vanished.note(there, gone, 5, false)
  vanished.note(gone, gone, 9, false)
  expect(vanished.all()).toMatchObject([{ key: 'orders', sinceMs: 5, withStream: true }])
  vanished.note(gone, there, 12, false)
  expect(vanished.all()).toEqual([])
  expect(vanished.isMissed(bytesKey('orders'))).toBe(false)
})

test('of more than 20 000 the first are forgotten', () => {
  const vanished = createVanished()
  const gone = Array.from({ length: 20_001 }, (_, at) => `s${at}`)
  for (const key of gone) vanished.note(summary(key, [group('g')]), summary(key, [], GONE), 1, false)
  expect(vanished.all()).toHaveLength(20_000)
  expect([vanished.isMissed(bytesKey('s0')), vanished.isMissed(bytesKey('s1'))]).toEqual([false, true])
})
