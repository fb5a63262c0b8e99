import { expect, test } from 'vitest'
import { bytesKey } from '../../../../shared/bytes'
import { createVanished, type Vanished } from '../../../../electron/services/monitoring/vanished'
import { group, lagging, summary } from '../../../shared/judgement/judged-samples'

const GONE = { error: { code: 'NOT_FOUND', data: {} } } as const
const there = summary('orders', [group('g')])
const busy = summary('orders', [group('g', { pending: 1 })])

const denied = summary('orders', [], { error: { code: 'REDIS', data: {} } })
const gone = summary('orders', [], GONE)
const ID = bytesKey('orders')
const HOUR = 3_600_000

/** A look that was sent, and came in, at these times. */
const at = (askedMs: number, atMs = askedMs) => ({ askedMs, atMs })
const names = (vanished: Vanished, nowMs = 0) => vanished.all(nowMs).map(({ group: name }) => name)

test.each([
  ['with its stream', there, gone, ['g']],
  ['with its stream, unless it never had a consumer', summary('orders', [group('g', { consumers: 0 })]), gone, []],
  ['alone, while it held something', busy, summary('orders', []), ['g']],
  ['alone, while entries waited for it', summary('orders', [lagging]), summary('orders', []), ['audit']],
  ['alone, unless it had nothing to do', there, summary('orders', []), []],
  ['unless it is there', busy, busy, []],
  ['unless its stream could not be read', busy, denied, []],
  ['unless nothing was known before', undefined, gone, []],
] as const)('a group is missed that goes %s', (_what, before, now, missed) => {
  const vanished = createVanished()
  vanished.note(before, now, at(5))
  expect(names(vanished)).toEqual(missed)
  expect(vanished.isMissed(ID)).toBe(missed.length > 0)
})

test('it is missed since it was first, until it is there again', () => {
  const vanished = createVanished()
  vanished.note(there, gone, at(5))
  vanished.note(gone, gone, at(9))
  expect(vanished.all(9)).toMatchObject([{ key: 'orders', sinceMs: 5, withStream: true }])
  vanished.note(gone, there, at(12))
  expect(vanished.all(12)).toEqual([])
  expect(vanished.isMissed(ID)).toBe(false)
})

test('a day later it is no news', () => {
  const vanished = createVanished()
  vanished.note(there, gone, at(5))
  expect(names(vanished, 24 * HOUR)).toEqual(['g'])
  expect(names(vanished, 25 * HOUR)).toEqual([])
  expect(vanished.isMissed(ID)).toBe(false)
})

test('it is missed too where its stream could not be read meanwhile', () => {
  const vanished = createVanished()
  vanished.note(busy, denied, at(1))
  vanished.note(denied, denied, at(2))
  expect(vanished.wouldMiss(denied)).toBe(true)
  vanished.note(denied, gone, at(3))
  expect(names(vanished)).toEqual(['g'])
})

test('what was known of a stream that is not looked at any more is forgotten', () => {
  const vanished = createVanished()
  vanished.note(busy, denied, at(1))
  vanished.forget(ID)
  expect(vanished.wouldMiss(denied)).toBe(false)
  vanished.note(denied, gone, at(3))
  expect(names(vanished)).toEqual([])
})

test.each([
  ['the stream could end with it', null, []],
  ['it was ended', 'g', []],
  ['another one was', 'h', ['g']],
])(
  'by what was done from here, %s: the first look afterwards, however late, misses what it should',
  (_, ended, missed) => {
    const vanished = createVanished()
    vanished.ended('orders', ended, 10)
    vanished.note(busy, gone, at(HOUR))
    expect(names(vanished)).toEqual(missed)
  },
)

test('a look that was under way may show what was done from here, and the next one is the first', () => {
  const vanished = createVanished()
  vanished.ended('orders', 'g', 10)
  vanished.note(busy, busy, at(5, 11))
  vanished.note(busy, summary('orders', []), at(12))
  expect(names(vanished)).toEqual([])
  vanished.note(summary('orders', []), busy, at(13))
  vanished.note(busy, summary('orders', []), at(14))
  expect(names(vanished)).toEqual(['g'])
})

test('of several that were ended from here none is missed', () => {
  const vanished = createVanished()
  const two = summary('orders', [group('g', { pending: 1 }), group('h', { pending: 1 })])
  vanished.ended('orders', 'g', 10)
  vanished.ended('orders', 'h', 11)
  vanished.note(two, summary('orders', []), at(12))
  expect(names(vanished)).toEqual([])
})

test('seen just before the end was told, it was of our doing; long before, it was not', () => {
  const vanished = createVanished()
  vanished.note(busy, gone, at(5_000))
  vanished.ended('orders', 'h', 6_000)
  expect(names(vanished)).toEqual(['g'])
  vanished.ended('orders', 'g', 30_000)
  expect(names(vanished)).toEqual(['g'])
  vanished.ended('orders', 'g', 6_000)
  expect(names(vanished)).toEqual([])
})

test('of more than 20 000 the first are forgotten', () => {
  const vanished = createVanished()
  const many = Array.from({ length: 20_001 }, (_, index) => `s${index}`)
  for (const key of many) vanished.note(summary(key, [group('g')]), summary(key, [], GONE), at(1))
  expect(vanished.all(1)).toHaveLength(20_000)
  expect([vanished.isMissed(bytesKey('s0')), vanished.isMissed(bytesKey('s1'))]).toEqual([false, true])
})
