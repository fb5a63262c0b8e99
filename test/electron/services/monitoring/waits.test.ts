import { expect, test } from 'vitest'
import { createWaits } from '../../../../electron/services/monitoring/waits'

const look = (atMs: number, firstId: string, lastId: string | null = '9-0', hereMs = atMs) => ({
  ...{ atMs, hereMs, firstId, lastId },
})

test('an entry seen for the first time has waited for no one knows how long', () => {
  const waits = createWaits()
  expect(waits.of('g')).toBeNull()
  waits.note('g', look(1_000, '1-0'))
  expect(waits.of('g')).toEqual({ atLeastMs: 0, atMostMs: null })
})

test('seen again, at least since then', () => {
  const waits = createWaits()
  waits.note('g', look(1_000, '1-0'))
  waits.note('g', look(8_000, '1-0'))
  expect(waits.of('g')).toEqual({ atLeastMs: 7_000, atMostMs: null })
})

test('one that was behind another waits at least since that look', () => {
  const waits = createWaits()
  waits.note('g', look(1_000, '1-0', '5-0'))
  waits.note('g', look(8_000, '3-0', '5-0'))
  expect(waits.of('g')).toEqual({ atLeastMs: 7_000, atMostMs: null })
})

test('one that was added since the look before waits no longer than since then', () => {
  const waits = createWaits()
  waits.note('g', look(1_000, '1-0', '5-0'))
  waits.note('g', look(8_000, '6-0', '6-0'))
  expect(waits.of('g')).toEqual({ atLeastMs: 0, atMostMs: 7_000 })
  waits.note('g', look(9_000, '6-0', '9-0'))
  expect(waits.of('g')).toEqual({ atLeastMs: 1_000, atMostMs: 8_000 })
})

test.each([
  ['back', -3_600_000],
  ['on', 3_600_000],
])('a server’s clock that is set %s by an hour changes nothing of it', (_way, byMs) => {
  const waits = createWaits()
  waits.note('g', look(5_000_000, '1-0', '5-0', 1_000))
  waits.note('g', look(5_004_000, '1-0', '5-0', 5_000))
  waits.note('g', look(5_010_000 + byMs, '1-0', '5-0', 11_000))
  // What passed while it was set is known by our clock, as far as it is told for sure.
  const { atLeastMs = 0, atMostMs = 0 } = waits.of('g') ?? {}
  expect([atLeastMs >= 4_000, atLeastMs <= 10_000, atMostMs]).toEqual([true, true, null])
  waits.note('g', look(5_015_000 + byMs, '6-0', '6-0', 16_000))
  expect(waits.of('g')).toEqual({ atLeastMs: 0, atMostMs: 5_000 })
})

test('where the end of the stream was not known, nothing is made of it', () => {
  const waits = createWaits()
  waits.note('g', look(1_000, '1-0', null))
  waits.note('g', look(8_000, '6-0', null))
  expect(waits.of('g')).toEqual({ atLeastMs: 0, atMostMs: null })
})

test('once nothing waits, it is forgotten', () => {
  const waits = createWaits()
  waits.note('g', look(1_000, '1-0'))
  waits.note('g', null)
  waits.note('g', look(8_000, '1-0'))
  expect(waits.of('g')).toEqual({ atLeastMs: 0, atMostMs: null })
  waits.forget('g')
  expect(waits.of('g')).toBeNull()
})

test('of more groups than are kept the first ones go', () => {
  const waits = createWaits()
  for (let at = 0; at <= 20_000; at += 1) waits.note(`g${at}`, look(1_000, '1-0'))
  expect([waits.of('g0'), waits.of('g1')]).toEqual([null, { atLeastMs: 0, atMostMs: null }])
})
