import { describe, expect, it } from 'vitest'
import type { Job } from '../../../shared/model/job'
import { words } from '../../../shared/words/words'
import { verbatim } from '../../../shared/words/messages'

const {
  exceptions,
  failed: failureWords,
  ending: jobEnding,
  headline: jobHeadline,
  subject: jobSubject,
  title: jobTitle,
} = words.job
/** All that is told of a job that ended. */
const jobSentence = (ended: Job): string => [jobHeadline(ended), ...exceptions(ended)].join('; ')

const NONE = { changed: 0, leftAlone: 0, gone: 0, dropped: 0, unknown: 0 }
const job: Job = {
  id: 'j1',
  kind: 'claim',
  connectionId: 'c1',
  key: 'orders',
  group: 'billing',
  to: 'worker-2',
  state: 'done',
  done: 1_000,
  total: 1_000,
  counts: { ...NONE, changed: 988, leftAlone: 9, gone: 3 },
  throttle: { paused: false, perSecond: null, heldBackBy: null },
  failures: [],
  startedAt: 0,
  endedAt: 1,
  error: null,
  recordId: 'r1',
  undoable: true,
}

describe('what a job says', () => {
  it('that acked more than it deleted says how many are kept, and for whom where that is known', () => {
    const told = (counts: Partial<Job['counts']>, keptFor?: Job['keptFor']) =>
      jobHeadline({ ...job, kind: 'ackDelete', to: null, total: 6, counts: { ...NONE, ...counts }, keptFor })
    expect(told({ changed: 6, kept: 6 }, ['b'])).toBe('6 acked, 0 deleted, 6 kept for b')
    expect(told({ changed: 6, kept: 2 })).toBe('6 acked, 4 deleted, 2 kept in the stream')
    expect(told({ changed: 6, kept: 2 }, ['a', 'b', 'c', 'd'])).toContain('kept for a, b, c and 1 other group')
    expect(told({ changed: 6 })).toBe('Acked and deleted 6 entries')
  })

  it('that wrote to hashes, or gave them back, says how many', () => {
    const handled: Job = { ...job, kind: 'handle', counts: { ...NONE, changed: 3, written: 5 } }
    expect(exceptions(handled)).toContain('5 written to hashes')
    expect(exceptions({ ...handled, counts: { ...NONE, changed: 5, written: 5 } })).not.toContain('5 written to hashes')
    const undone: Job = { ...job, kind: 'undo', counts: { ...NONE, changed: 5, hashesBack: 4, hashesLeft: 1 } }
    expect(exceptions(undone)).toEqual([
      '4 hashes hold again what they held',
      '1 hash was changed since, and what differs was left alone',
    ])
  })

  it('that changed nothing says so, and what to do', () => {
    const idle = { ...job, counts: { ...NONE, gone: 38 } }
    expect([jobEnding(idle), words.job.next(idle)]).toEqual([
      'Nothing changed',
      'Ack the 38 that are gone from the stream: nobody can process them any more.',
    ])
    for (const counts of [{ changed: 1 }, { dropped: 1 }, { unknown: 1 }]) {
      const changed = { ...job, counts: { ...NONE, gone: 38, ...counts } }
      expect([jobEnding(changed), words.job.next(changed)]).toEqual([null, null])
    }
  })

  it('that brings over what is in no count did not change nothing', () => {
    expect(jobEnding({ ...job, kind: 'restore stream', counts: NONE })).toBeNull()
  })

  it('is what it did, not what it was asked to do', () => {
    expect(jobSentence(job)).toBe(
      'Claimed 988 of 1\u202f000 entries for worker-2; 9 moved meanwhile and were left alone, or were there already; ' +
        '3 no longer exist in the stream and were left out',
    )
    expect(jobSentence({ ...job, total: 1, counts: { ...NONE, changed: 1 } })).toBe('Claimed 1 entry for worker-2')
  })

  it.each([
    ['ack', 'done', '2 moved meanwhile and were left alone'],
    ['spread', 'done', '2 moved meanwhile and were left alone, or were with one of them already'],
    ['delete', 'interrupted', '2 are still in the stream'],
    ['ack', 'interrupted', '2 were not changed: they were not reached, or moved meanwhile'],
    ['undo', 'done', '2 moved since and were left alone'],
    ['set id', 'done', '2 were not done'],
  ] as const)('tells why %s, %s, left entries alone', (kind, state, words) => {
    expect(exceptions({ ...job, kind, state, counts: { ...NONE, leftAlone: 2 } })).toEqual([words])
  })

  it('tells what a job that stopped early had not begun, and nothing of the kind of one that runs or is done', () => {
    const some = { ...job, done: 500, total: 1_200, counts: { ...NONE, changed: 500 } }
    expect(exceptions({ ...some, state: 'cancelled' })).toEqual(['700 were not begun'])
    expect(exceptions({ ...some, state: 'failed', total: 501 })).toEqual(['1 was not begun'])
    expect(exceptions({ ...some, state: 'running' })).toEqual([])
    expect(exceptions({ ...some, state: 'done' })).toEqual([])
    // What a trim is to remove may be an estimate.
    expect(exceptions({ ...some, kind: 'trim', state: 'cancelled' })).toEqual([])
  })

  it('names what is listed one by one by what was done', () => {
    const failures = [{ id: '1-0', reason: verbatim('why') }]
    expect(failureWords({ ...job, kind: 'delete', failures })).toBe('1 entry kept')
    expect(failureWords({ ...job, kind: 'handle', failures: [...failures, ...failures] })).toBe('2 entries not handled')
    expect(failureWords({ ...job, kind: 'ackDelete', failures })).toBe('1 entry failed')
    const many = Array.from({ length: 1_000 }, () => ({ id: '1-0', reason: verbatim('why') }))
    expect(failureWords({ ...job, failures: many })).toMatch(/^The first 1.000 entries failed; there may be more$/)
  })

  it.each<[Partial<Job>, string]>([
    [{ kind: 'set id', counts: { ...NONE, changed: 1 } }, 'Set the id'],
    [{ kind: 'set id', state: 'failed', counts: NONE }, 'The id was not set'],
    [{ kind: 'remove consumer', counts: { ...NONE, changed: 1 } }, 'Removed the consumer'],
    [{ kind: 'remove consumer', state: 'failed', counts: NONE }, 'The consumer was not removed'],
    [{ kind: 'destroy group', counts: { ...NONE, changed: 9 } }, 'Destroyed the group, 8 entries acked'],
    [{ kind: 'destroy group', counts: { ...NONE, changed: 1 } }, 'Destroyed the group'],
    [
      { kind: 'destroy group', state: 'cancelled', total: 1_301, counts: { ...NONE, changed: 500 } },
      'Destroying the group: 500 of 1\u202f301 steps',
    ],
    [{ kind: 'undo', undoes: 'set id', counts: { ...NONE, changed: 1 } }, 'Set the id back'],
    [{ kind: 'undo', undoes: 'set id', state: 'failed', counts: NONE }, 'The id was not set back'],
    [{ kind: 'undo', undoes: 'remove consumer', counts: { ...NONE, changed: 1 } }, 'Made the consumer again'],
    [
      { kind: 'undo', undoes: 'destroy group', counts: { ...NONE, changed: 9 } },
      'Gave back the group and what it held',
    ],
    [{ kind: 'undo', total: 9, counts: { ...NONE, changed: 9 } }, 'Gave back 9 entries'],
  ])('of %o is "%s": a group, a consumer or an id is no entry', (some, words) => {
    expect(jobHeadline({ ...job, to: null, ...some })).toBe(words)
  })

  it('tells of outcomes that nobody knows, and of what Redis dropped', () => {
    const text = jobSentence({
      ...job,
      kind: 'ack',
      to: null,
      counts: { ...NONE, changed: 10, unknown: 500, dropped: 1 },
    })
    expect(text).toContain('500 were sent without an answer: their outcome is unknown')
    expect(text).toContain('1 was gone from the stream and dropped')
    expect(text).toMatch(/^Acked 10 of/)
  })

  it('names a target of any bytes safely', () => {
    expect(jobTitle({ ...job, to: '\u202Eevil\n' })).toBe('Claiming for \\u{202e}evil\\n')
    expect(jobSubject({ ...job, key: { base64: '//4=' }, group: null })).toBe('\\xff\\xfe')
  })

  it('says how it ended when it was not simply done', () => {
    expect(jobEnding(job)).toBeNull()
    expect(jobEnding({ ...job, state: 'cancelled' })).toBe('Cancelled')
    expect(jobEnding({ ...job, state: 'interrupted' })).toContain('connection was lost')
  })

  it('blames the server for what the server refused, and for nothing else', () => {
    const failed = (code: string) => jobEnding({ ...job, state: 'failed', error: { code, data: null } })
    expect(failed('REDIS')).toBe('Stopped: the server refused')
    expect(['STORAGE', 'STALE_PLAN', 'NOT_FOUND'].map(failed)).toEqual(['Stopped', 'Stopped', 'Stopped'])
  })
})
