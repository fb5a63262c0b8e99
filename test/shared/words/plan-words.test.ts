import { describe, expect, it } from 'vitest'
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

it('a plan says of how many entries nobody can tell', () => {
  const plan: RecoveryPlan = { ...found({ kind: 'ack' }), warnings: ['entries-untold'], untold: 2 }
  expect(words.plan.warnings(plan)).toEqual([
    'Of 2 entries it can’t be told whether they are what is looked for, for they are too large: they are left out.',
  ])
})

describe('what is said of a job by its plan', () => {
  const NONE = { changed: 0, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 }
  const DEAD: RecoveryPlan['action'] = { kind: 'deadLetter', stream: 'dead', reason: '', maxLen: null }
  const told = (action: RecoveryPlan['action'], warnings: RecoveryPlan['warnings'], counts: Partial<typeof NONE>) => {
    const plan = {
      ...found(action),
      notPending: 1,
      warnings,
      undo: { possible: true, note: verbatim('The way back.') },
    }
    const job = { kind: action.kind, total: 5, counts: { ...NONE, ...counts }, undoable: (counts.changed ?? 0) > 0 }
    return words.recovery.remarks(plan, job)
  }
  const stream = 'The stream for the copies did not exist and was created.'
  const bob = 'bob did not exist and was created.'

  it.each([
    ['is there where something was copied', { changed: 1, leftAlone: 4 }, [stream, 'The way back.']],
    ['is not where nothing was', { leftAlone: 5 }, []],
    ['is not for sure where no reply came', { unknown: 5 }, ['The way back.']],
  ])('the stream for the copies %s', (_what, counts, said) => {
    expect(told(DEAD, ['new-stream'], counts)).toEqual(said)
  })

  it.each([
    [{ changed: 1, gone: 4 }, [bob, 'The way back.']],
    [{ gone: 5 }, []],
    [{ dropped: 5 }, ['The way back.']],
  ])('a consumer was created where it got something: %j', (counts, said) => {
    expect(told({ kind: 'claim', to: 'bob', includeGone: true }, ['new-consumer'], counts)).toEqual(said)
  })

  it('one of several was created for sure where all got what they were to get', () => {
    const spread: RecoveryPlan['action'] = { kind: 'spread', to: ['bob', 'carol'], includeGone: false }
    const made = 'One of the consumers did not exist and was created.'
    expect(told(spread, ['new-consumer'], { changed: 5 })).toContain(made)
    expect(told(spread, ['new-consumer'], { changed: 4, leftAlone: 1 })).not.toContain(made)
  })

  it.each<[RecoveryPlan['warnings'][number], boolean]>([
    ['consumer-active', false],
    ['targets-quiet', false],
    ['one-value-per-field', false],
    ['hashes-unknown', false],
    ['others-get', false],
    ['not-pending', true],
    ['already-there', true],
    ['entries-untold', true],
    ['target-stalled', true],
  ])('%s is said of a job that changed nothing: %s', (warning, isSaid) => {
    expect(told({ kind: 'claim', to: 'bob', includeGone: false }, [warning], { leftAlone: 5 })).toHaveLength(
      isSaid ? 1 : 0,
    )
    expect(told({ kind: 'claim', to: 'bob', includeGone: false }, [warning], { changed: 5 })).toHaveLength(2)
  })
})
