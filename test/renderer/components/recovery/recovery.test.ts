import { describe, expect, it } from 'vitest'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { words } from '../../../../shared/words/words'
import { message } from '../../../../shared/words/messages'

const { sentence: planSentence, warnings: planWarnings } = words.plan

describe('plan words', () => {
  const plan: RecoveryPlan = {
    id: 'p',
    connectionId: 'c',
    key: 'orders',
    group: 'billing',
    selection: { kind: 'consumer', consumer: 'w3' },
    action: { kind: 'claim', to: 'w1', includeGone: false },
    entries: 1_204,
    changes: 1_201,
    drops: 0,
    gone: 3,
    notPending: 2,
    consumers: [
      { name: 'w1', before: 4, after: 1_205 },
      { name: 'w3', before: 1_204, after: 3 },
    ],
    oldestId: null,
    mostDeliveries: null,
    warnings: ['gone-from-stream', 'not-pending'],
    otherGroups: [],
    guard: { atomic: true, note: message('guard.claim-by-script') },
    undo: { possible: true, note: message('undo.claim') },
    notes: [],
    commands: [],
  }

  it('say what would happen', () => {
    expect(planSentence(plan)).toBe('Gives 1\u202f201 entries to w1')
    expect(planSentence({ ...plan, changes: 1_204, action: { kind: 'ack' } })).toBe(
      'Acks 1\u202f204 entries: they leave the pending list',
    )
    expect(planSentence({ ...plan, entries: 0 })).toContain('Nothing to do')
  })

  it('count only what the target gets, and what Redis drops', () => {
    const claim = { kind: 'claim' as const, to: 'w1', includeGone: true }
    expect(planSentence({ ...plan, action: claim, changes: 1, drops: 3 })).toBe(
      'Gives 1 entry to w1, and drops 3 entries from the pending list for good',
    )
    expect(planSentence({ ...plan, action: claim, changes: 0, drops: 4 })).toBe(
      'Drops 4 entries from the pending list for good',
    )
    expect(planSentence({ ...plan, changes: 0 })).toContain('Nothing to do')
  })

  it('tell what becomes of entries gone from the stream, by what is done', () => {
    expect(planWarnings(plan)[0]).toContain('left out')
    expect(planWarnings({ ...plan, action: { kind: 'claim', to: 'w1', includeGone: true } })[0]).toContain('for good')
    expect(planWarnings({ ...plan, action: { kind: 'ack' } })[0]).toContain('undo')
    expect(planWarnings(plan)).toHaveLength(2)
  })

  it('make a hostile name visible', () => {
    const hostile = {
      ...plan,
      action: { kind: 'claim' as const, to: 'a\u202eb', includeGone: false },
    }
    expect(planSentence(hostile)).toContain('a\\u{202e}b')
  })
})
