import { describe, expect, test } from 'vitest'
import {
  isHistoryUntold,
  judgeRun,
  judgeServer,
  type MetServer,
  type ServerIdentity,
} from '../../../../electron/services/journal/identity'
import { judgeRecord } from '../../../../electron/services/journal/judge-record'
import { judgeStream } from '../../../../electron/services/journal/stream-identity'
import type { ServerMark } from '../../../../electron/redis/server-mark'

const then: ServerIdentity = { endpoint: 'a:1', db: 0, runId: 'run', replicationId: 'history', offset: '100' }
const mark: ServerMark = {
  runId: 'other run',
  replicationId: 'other history',
  offset: '500',
  formerReplicationId: null,
  formerUntil: null,
  keepsLog: null,
  cluster: null,
}
const here = (change: Partial<ServerMark> | null, address: Partial<MetServer> = {}): MetServer => {
  return { endpoint: 'a:1', db: 0, mark: change === null ? null : { ...mark, ...change }, ...address }
}
const elsewhere = { endpoint: 'b:2' }

describe('a node of a cluster', () => {
  const was = { ...then, node: 'n1' }
  test('that knows the one of then is the same: the slot was handed over', () => {
    const now = here({ cluster: { node: 'n2', others: ['n1', 'n3'] } }, elsewhere)
    expect(judgeServer(was, now)).toEqual({ state: 'same' })
  })

  test.each([
    ['that was started anew', here({ cluster: { node: 'n1', others: ['n2'] } }), 'unproven'],
    ['of another cluster, at the same address', here({ cluster: { node: 'm1', others: ['m2'] } }), 'unproven'],
    ['of another cluster', here({ cluster: { node: 'm1', others: ['m2'] } }, elsewhere), 'other'],
    ['that tells nothing of the others', here({ cluster: null }, elsewhere), 'other'],
    ['of another database', here({ cluster: { node: 'n2', others: ['n1'] } }, { db: 1 }), 'other'],
    [
      'promoted before it was done',
      here({ cluster: { node: 'n2', others: ['n1'] }, formerReplicationId: 'history', formerUntil: '100' }),
      'unproven',
    ],
  ])('%s is not the same', (_, now, state) => expect(judgeServer(was, now)).toMatchObject({ state }))

  test('a record of no node is not proven by any', () => {
    expect(judgeServer(then, here({ cluster: { node: 'n2', others: ['n1'] } }, elsewhere))).toMatchObject({
      state: 'other',
    })
  })
})

describe('a server', () => {
  test.each([
    ['of the same run', here({ runId: 'run', replicationId: 'history' })],
    ['of the same run under another name', here({ runId: 'run', replicationId: 'history' }, elsewhere)],
    [
      'of the same run that never followed another one, with a new history, as with its first replica',
      here({ runId: 'run' }, { hasFollowed: false }),
    ],
    ['of the same run that tells no history', here({ runId: 'run', replicationId: null })],
    [
      'of the same run, promoted again with all of it',
      here({ runId: 'run', formerReplicationId: 'history', formerUntil: '101' }),
    ],
    ['that goes on with the same history', here({ replicationId: 'history' }, elsewhere)],
    ['promoted after it was done', here({ formerReplicationId: 'history', formerUntil: '101' }, elsewhere)],
  ])('%s is the same', (_, now) => expect(judgeServer(then, now)).toEqual({ state: 'same' }))

  test.each([
    ['started anew', here({}), 'identity.started-anew'],
    ['that tells nothing of itself', here(null), 'identity.untold'],
    [
      'promoted before it was done',
      here({ formerReplicationId: 'history', formerUntil: '100' }),
      'identity.left-before',
    ],
    ['with the history, but not so far', here({ replicationId: 'history', offset: '99' }), 'identity.left-before'],
  ])('%s is not proven', (_, now, code) =>
    expect(judgeServer(then, now)).toMatchObject({ state: 'unproven', why: { code } }),
  )

  test.each([
    ['with an append-only file that it did not have then may hold what was before', here({ keepsLog: true }), 'maybe'],
    ['without one may hold what was before', here({ keepsLog: false }), 'maybe'],
    ['that does not tell may as well', here({}), 'maybe'],
    ['that was promoted before likely does', here({ formerReplicationId: 'history', formerUntil: '100' }), 'likely'],
  ])('started anew %s', (_, now, forgot) => {
    expect(judgeServer(then, now)).toMatchObject({ state: 'unproven', forgot })
  })

  test('started anew with the append-only file of then holds what was done', () => {
    const now = here({ keepsLog: true })
    expect(judgeServer({ ...then, log: true }, now)).toMatchObject({ state: 'unproven', forgot: 'no' })
    expect(judgeServer({ ...then, log: false }, now)).toMatchObject({ forgot: 'maybe' })
    expect(judgeServer({ ...then, log: true }, here({ keepsLog: false }))).toMatchObject({ forgot: 'maybe' })
  })

  test.each([
    [
      'that was promoted in another history',
      here({ runId: 'run', formerReplicationId: 'a third', formerUntil: '900' }),
      'identity.other-history',
      'maybe',
    ],
    [
      'that went back to before it was done',
      here({ runId: 'run', formerReplicationId: 'history', formerUntil: '100' }),
      'identity.left-before',
      'likely',
    ],
    ...[true, null, undefined].map(
      (hasFollowed) =>
        [
          `with a new history, whose following is ${String(hasFollowed)},`,
          here({ runId: 'run' }, hasFollowed === undefined ? {} : { hasFollowed }),
          'identity.other-history',
          'maybe',
        ] as const,
    ),
  ] as const)('of the same run %s is not proven', (_, now, code, forgot) => {
    expect(judgeServer(then, now)).toMatchObject({ state: 'unproven', why: { code }, forgot })
    // To what goes on by what it finds it is the same.
    expect(judgeRun(then, now)).toEqual({ state: 'same' })
  })

  test('is asked what it followed where its new history alone tells nothing', () => {
    const isUntold = (mark: Partial<ServerMark>): boolean => isHistoryUntold(then, here(mark).mark)
    expect(isUntold({ runId: 'run' })).toBe(true)
    expect(isUntold({ runId: 'run', replicationId: 'history' })).toBe(false)
    expect(isUntold({ runId: 'run', formerReplicationId: 'a third' })).toBe(false)
    expect(isUntold({})).toBe(false)
    expect(isHistoryUntold(then, null)).toBe(false)
  })

  test('of another database, or another run, is judged by the rest as well', () => {
    expect(judgeRun(then, here({ runId: 'run' }, { db: 1 }))).toMatchObject({ state: 'other' })
    expect(judgeRun(then, here({}))).toMatchObject({ state: 'unproven' })
  })

  test('of which the record knows the place alone is not proven there', () => {
    expect(judgeServer({ endpoint: 'a:1', db: 0 }, here({}))).toMatchObject({ state: 'unproven' })
  })

  test.each([
    ['another database of the same run', here({ runId: 'run' }, { db: 1 })],
    ['another run at another place', here({}, elsewhere)],
    ['another place that tells nothing', here(null, elsewhere)],
  ])('%s is another', (_, now) => expect(judgeServer(then, now)).toMatchObject({ state: 'other' }))
})

describe('what was done on a server that can’t prove itself', () => {
  const server = here({})
  const stream = {
    lastGeneratedId: '2-0',
    firstId: '1-0',
    entriesAdded: '2',
    bodies: [['1-0', '1:one'] satisfies [string, string]],
  }
  const doubts = (about: Parameters<typeof judgeRecord>[0], met: Parameters<typeof judgeRecord>[1]['stream']) =>
    judgeRecord({ server: then, ...about }, { server, stream: met }).doubts.map(({ code }) => code)

  test('is asked about where no stream was noted, and not where the one that was is gone', () => {
    expect(doubts({}, null)).toEqual(['identity.started-anew'])
    expect(doubts({ stream: stream }, 'gone')).toEqual([])
    expect(doubts({ stream: stream }, stream)).toEqual([])
  })

  test('is not contradicted by a digest of another kind, nor proven', () => {
    const older = { ...stream, bodies: [['1-0', 'older'] satisfies [string, string]] }
    expect(judgeStream(older, stream, null)).toMatchObject({ isProven: false, contradiction: null })
  })
})
