import { expect, test } from 'vitest'
import { findingCards } from '../../../shared/judgement/finding-cards'
import { findingsIn } from '../../../shared/judgement/findings'
import { triageRows } from '../../../shared/judgement/triage-row'
import type { StreamSummary } from '../../../shared/model/stream'
import { added, group, lagging, stalled, summary, thresholds } from './judged-samples'

function cards(streams: readonly StreamSummary[]) {
  const rows = streams.flatMap((one) => triageRows(one, thresholds))
  return findingCards(findingsIn(rows, streams, { rates: () => null, peek: () => undefined }, thresholds))
}

test('a group has one card with all that is wrong with it, what matters most first', () => {
  const both = { ...stalled, spare: thresholds.spareConsumers, beyondEnd: '5-0' }
  const [card, ...others] = cards([summary('orders', [both])])
  expect(others).toEqual([])
  expect(card).toMatchObject({ health: 'bad' })
  expect(card?.findings.map(({ kind }) => kind)).toEqual(['stalled', 'beyond-end', 'names'])
})

test('groups of one name on two streams have one each, and a stream has its own', () => {
  const dead = summary('orders:dead', [group('g', { beyondEnd: '5-0' })], { length: 10, lastId: added(0) })
  const found = cards([summary('a', [group('g', { beyondEnd: '5-0' })]), dead])
  expect(found.map(({ findings }) => findings.map(({ kind }) => kind))).toEqual([
    ['beyond-end'],
    ['beyond-end'],
    ['dead-letters'],
  ])
})

test('bad ones come before warnings, however much these weigh', () => {
  const far = { ...lagging, lag: { value: 2 ** 40, kind: 'exact' } } as const
  const found = cards([summary('a', [far]), summary('b', [group('g', { beyondEnd: '5-0' })])])
  expect(found.map(({ health }) => health)).toEqual(['bad', 'warn'])
})
