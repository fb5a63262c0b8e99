import { describe, expect, it } from 'vitest'
import { goneEntries } from '../../shared/judgement/gone-entries'
import { jobKinds, journalActions, KINDS } from '../../shared/model/kinds'
import { recoveryAction, type RecoveryAction } from '../../shared/model/recovery-action'

describe('the table of kinds', () => {
  it('does not compile when a row lacks a column', () => {
    const { followed: _, ...lacking } = KINDS.claim
    // @ts-expect-error The column `followed` is missing.
    const row: (typeof KINDS)['claim'] = lacking
    expect(row).not.toHaveProperty('followed')
  })

  it('has a row that says what becomes of gone entries for each recovery action, and for nothing else', () => {
    const actions = recoveryAction.options.map(({ shape }) => shape.kind.value)
    expect(actions.toSorted()).toEqual(journalActions.filter((kind) => KINDS[kind].gone !== null).toSorted())
  })

  it('has no kind that nobody takes back and that is followed', () => {
    expect(jobKinds.filter((kind) => KINDS[kind].followed && KINDS[kind].undoneBy === null)).toEqual([])
  })
})

it.each<[RecoveryAction, string]>([
  [{ kind: 'claim', to: 'bob', includeGone: false }, 'left-out'],
  [{ kind: 'claim', to: 'bob', includeGone: true }, 'dropped'],
  [{ kind: 'spread', to: null, includeGone: false }, 'left-out'],
  [{ kind: 'spread', to: null, includeGone: true }, 'dropped'],
  [{ kind: 'autoClaim', to: 'bob', minIdleMs: 1, count: 1 }, 'dropped'],
  [{ kind: 'ack' }, 'acked'],
  [{ kind: 'ackDelete', references: 'KEEPREF', keepBodies: false }, 'acked'],
  [{ kind: 'release', mode: 'FAIL' }, 'sent'],
  [{ kind: 'requeue', stream: null, provenance: true }, 'left-out'],
])('%j: what is gone from the stream is %s', (action, becomes) => {
  expect(goneEntries(action)).toBe(becomes)
})
