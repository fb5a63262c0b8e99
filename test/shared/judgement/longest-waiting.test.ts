import { expect, it } from 'vitest'
import { longestWaiting, NOT_WAITING, type Waiting } from '../../../shared/judgement/waiting'

const byId = (ms: number): Waiting => ({ ms, kind: 'byId', atMostMs: ms })
const unknown: Waiting = { ms: null, kind: 'unknown', atMostMs: null }
const atLeast = (ms: number): Waiting => ({ ms, kind: 'atLeast', atMostMs: null })

it.each<[string, readonly Waiting[], number, Waiting | null]>([
  ['no groups', [], 0, null],
  ['none of which waits', [NOT_WAITING, NOT_WAITING], 0, NOT_WAITING],
  ['some of which wait', [byId(5), NOT_WAITING, byId(9)], 0, byId(9)],
  ['one that is told as at least', [byId(5), atLeast(9)], 0, { ...atLeast(9) }],
  ['one that nothing is known of', [byId(5), unknown], 0, atLeast(5)],
  ['none known', [unknown], 0, unknown],
  ['one that waits not, and one unknown', [NOT_WAITING, unknown], 0, unknown],
  ['more that were not looked at', [byId(5)], 3, atLeast(5)],
  ['only such that were not looked at', [], 3, unknown],
  ['none that waits, and more not looked at', [NOT_WAITING], 1, unknown],
])('the longest waiting of %s', (_what, groups, more, told) => {
  expect(longestWaiting(groups, more)).toEqual(told)
})
