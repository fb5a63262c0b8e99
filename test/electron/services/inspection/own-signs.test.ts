import { expect, test } from 'vitest'
import { ownSigns, type Touch } from '../../../../electron/services/inspection/own-signs'

const bob: Touch = {
  consumer: 'bob',
  before: { seenAt: 1_000, activeAt: 900 },
  stamp: { seenAt: 50_000, activeAt: 50_000 },
  tookMs: 0,
}
const shown = (name: string | null, idleMs: number, inactiveMs: number | null = idleMs) => ({
  name: name === null ? null : Buffer.from(name),
  idleMs,
  inactiveMs,
})
const at = (atMs: number, tookMs = 0) => ({ atMs, tookMs })
const signs = (info: ReturnType<typeof shown>, touches: readonly Touch[], read: ReturnType<typeof at>) =>
  ownSigns([info], touches, read).map(({ idleMs, inactiveMs }) => [idleMs, inactiveMs])[0]

test.each([
  ['only what Sluice made it show: as it was before', shown('bob', 10_000), [bob], at(60_000), [59_000, 59_100]],
  ['what it has shown since', shown('bob', 9_000), [bob], at(60_000), [9_000, 9_000]],
  ['an attempt since, that got nothing', shown('bob', 1_000, 10_000), [bob], at(60_000), [1_000, 59_100]],
  ['of another consumer', shown('ann', 10_000), [bob], at(60_000), [10_000, 10_000]],
  ['of one that holds nothing, by the moment', shown(null, 10_000), [bob], at(60_000), [59_000, 59_100]],
  ['of one that holds nothing, at another moment', shown(null, 9_990), [bob], at(60_000), [9_990, 9_990]],
  ['before 7.2, where inactivity is not told', shown('bob', 10_000, null), [bob], at(60_000), [59_000, null]],
  [
    'of one that had never got anything',
    shown('bob', 10_000),
    [{ ...bob, before: { seenAt: 1_000, activeAt: null } }],
    at(60_000),
    [59_000, null],
  ],
  ['read later than its clock tells', shown('bob', 10_400), [bob], at(60_000, 500), [59_000, 59_100]],
  ['read so much later that it may be its own', shown('bob', 10_400), [bob], at(60_000, 300), [10_400, 10_400]],
  ['stamped within a time', shown('bob', 9_900), [{ ...bob, tookMs: 100 }], at(60_000), [59_000, 59_100]],
  ['untouched', shown('bob', 10_000), [], at(60_000), [10_000, 10_000]],
] as const)('%s', (_what, info, touches, read, own) => {
  expect(signs(info, touches, read)).toEqual(own)
})

test('never makes anybody younger than it looks', () => {
  const odd = { ...bob, before: { seenAt: 70_000, activeAt: 70_000 } }
  expect(signs(shown('bob', 10_000), [odd], at(60_000))?.[0]).toBe(10_000)
})
