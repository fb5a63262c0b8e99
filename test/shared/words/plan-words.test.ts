import { expect, it } from 'vitest'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { verbatim } from '../../../shared/words/messages'
import { words } from '../../../shared/words/words'

/** A plan that found two entries gone from the stream, and some that were as wanted already. */
const found = (action: RecoveryPlan['action']): RecoveryPlan => ({
  ...{ id: 'p', connectionId: 'c', key: 'orders', group: 'billing', selection: { kind: 'ids', ids: ['1-0'] }, action },
  ...{ entries: 5, changes: 5, drops: 0, gone: 2, notPending: 0, consumers: [], otherGroups: [], oldestId: null },
  ...{
    mostDeliveries: null,
    guard: { atomic: true, note: verbatim('') },
    notes: [],
    undo: { possible: true, note: verbatim('') },
  },
  ...{ commands: [], warnings: ['gone-from-stream', 'already-there'] },
})
const GONE = '2 entries no longer in the stream'

it.each<[RecoveryPlan['action'], string, string]>([
  [
    { kind: 'claim', to: 'bob', includeGone: false },
    `${GONE}: left out, since a claim would drop them from the pending list for good.`,
    'Some are bob’s already and are left as they are.',
  ],
  [
    { kind: 'autoClaim', to: 'bob', minIdleMs: 1, count: 1 },
    `${GONE}: Redis drops these from the pending list for good.`,
    'Some are bob’s already and are left as they are.',
  ],
  [
    { kind: 'spread', to: null, includeGone: true },
    `${GONE}: Redis drops these from the pending list for good.`,
    'Some are with one of these consumers already and stay there.',
  ],
  [
    { kind: 'release', mode: 'FAIL' },
    `${GONE}: released like the rest, though nobody can process them any more.`,
    'Some have no owner already and are left as they are.',
  ],
])('a plan of %j says what becomes of entries that are gone, and of those that are so already', (action, ...told) => {
  expect(words.plan.warnings(found(action))).toEqual(told)
})

it.each<[RecoveryPlan['action'], string]>([
  [{ kind: 'ack' }, `${GONE}: undo can’t give these back.`],
  [{ kind: 'requeue', stream: null, provenance: true }, `${GONE}: left out, since there is nothing to copy.`],
])('a plan of %j says what becomes of entries that are gone', (action, told) => {
  expect(words.plan.warnings(found(action))[0]).toBe(told)
})
