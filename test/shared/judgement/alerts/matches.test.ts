import { expect, it } from 'vitest'
import { isOnConnection, subjectMatcher } from '../../../../shared/judgement/alerts/matches'
import { subjectOf } from '../../../../shared/judgement/alerts/trouble'
import type { Finding } from '../../../../shared/judgement/finding'
import type { Alert } from '../../../../shared/model/alert'
import { anyAlert, on } from './alert-samples'

const untrimmed: Finding = { kind: 'untrimmed', id: 'u', key: 'orders', length: 1, memoryBytes: null }
const unreadable = (...keys: readonly string[]): Finding => {
  const error = { code: 'NO_PERMISSION', data: {} } as never
  return { kind: 'unreadable', id: 'x', streams: keys.length, keys, error }
}
const gone: Finding = {
  ...{ kind: 'vanished', id: 'v', streams: 0, groups: 1 },
  named: [
    { key: 'orders', group: 'g', withStream: false, consumers: 1, pending: 1, lastDeliveredId: '1-0', sinceMs: 1 },
  ],
}

it.each<[string, Partial<Alert>, Finding, boolean]>([
  ['all', {}, on('g'), true],
  ['its kind', { kinds: ['lagging', 'stalled'] }, on('g'), true],
  ['another kind', { kinds: ['dead'] }, on('g'), false],
  ['bad ones', { least: 'bad' }, on('g'), true],
  ['bad ones, where it is a warning', { least: 'bad' }, on('g', 'lagging'), false],
  ['streams like it', { stream: 'ord*' }, on('g'), true],
  ['other streams', { stream: 'orders:*' }, on('g'), false],
  ['groups like it', { group: '?' }, on('g'), true],
  ['other groups', { group: '??' }, on('g'), false],
  ['a stream as such', { stream: 'orders' }, untrimmed, true],
  ['groups of a stream, where it is of the stream', { group: '*' }, untrimmed, false],
  ['a stream that can’t be read', { stream: 'orders' }, unreadable('orders'), true],
  ['streams by name, where it is of many', { stream: '*' }, unreadable('a', 'b'), false],
  ['a group that is gone', { stream: 'orders', group: 'g' }, gone, true],
])('an alert on %s', (_what, alert, finding, expected) => {
  expect(subjectMatcher({ ...anyAlert, ...alert })(subjectOf(finding))).toBe(expected)
})

it('an alert is on its connections, or on all', () => {
  expect(isOnConnection(anyAlert, 'c1')).toBe(true)
  expect(isOnConnection({ ...anyAlert, connectionIds: ['c2'] }, 'c1')).toBe(false)
})
