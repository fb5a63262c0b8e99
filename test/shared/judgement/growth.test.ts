import { expect, test } from 'vitest'
import { growthOf } from '../../../shared/judgement/growth'
import type { GroupSample } from '../../../shared/judgement/moves'

type Lag = number | null

const at = (atMs: number, lag: Lag, lagKind: GroupSample['lagKind'] = 'exact') => ({ atMs, lag, lagKind })
const every = (ms: number, lags: readonly Lag[]) => lags.map((lag, n) => at(n * ms, lag))

test('of a lag that grows by two a second, seen every five seconds', () => {
  expect(growthOf(every(5_000, [0, 10, 20, 30, 40, 50, 60]))).toEqual({ perSecond: 2, lag: 60, spanMs: 30_000 })
})

test.each([
  ['over just the least span', every(20_000 / 3, [0, 1, 2, 3]), true],
  ['not over less', every(19_998 / 3, [0, 1, 2, 3]), false],
  ['with four samples, however far apart', every(30_000, [0, 1, 2, 3]), true],
  ['not with three', every(30_000, [0, 1, 2]), false],
  ['not of one that stays', every(5_000, [7, 7, 7, 7, 7, 7]), false],
  ['not of one that shrinks', every(5_000, [60, 50, 40, 30, 20, 10]), false],
  ['not of bursts', every(5_000, [0, 90, 45, 0, 90, 45, 0, 90, 45]), false],
  ['of bursts that pile up', every(5_000, [0, 9, 5, 30, 39, 35, 60, 69, 65]), true],
  ['not once it has begun to shrink', every(5_000, [0, 20, 40, 60, 80, 75, 70, 65, 60, 55, 50, 45]), false],
  [
    'of bursts that pile up, also while the last one is drained',
    every(5_000, [30, 20, 10, 70, 60, 50, 110, 100, 90]),
    true,
  ],
  ['of what comes in batches', every(5_000, [0, 0, 0, 90, 90, 90, 180, 180, 180]), true],
  ['of what goes up and down on its way up', every(5_000, [0, 20, 10, 35, 50, 40, 62, 80, 70, 69]), true],
  ['not of one burst that is drained', every(5_000, [0, 0, 0, 0, 0, 0, 0, 990, 970, 950, 930, 910, 890]), false],
  ['not of one that took a while', every(5_000, [0, 0, 0, 0, 0, 0, 300, 700, 990, 960, 930, 900, 870]), false],
  ['not of one burst that nobody drains', every(5_000, [0, 0, 0, 0, 0, 0, 0, 990, 990, 990, 990, 990, 990]), false],
  ['not while its last third touches the first', every(5_000, [0, 10, 20, 30, 40, 10]), false],
  ['not where it is not known', every(5_000, [0, 10, 20, 30, 40, null]), false],
  ['where it was not known in between', every(5_000, [0, 10, null, 30, 40, 50]), true],
  ['not of what is only a bound', [0, 1, 2, 3, 4].map((n) => at(n * 9_000, n, 'atLeast')), false],
  [
    'not over samples that were told otherwise',
    [...[0, 1, 2].map((n) => at(n * 9_000, n, 'reported')), at(27_000, 9), at(36_000, 10)],
    false,
  ],
  ['not by what was longer ago than a minute', every(5_000, [0, 10, 20, 30, ...Array<number>(13).fill(30)]), false],
] as const)('%s: grows', (_what, samples, grows) => {
  expect(growthOf(samples) !== null).toBe(grows)
})
