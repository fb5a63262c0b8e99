import { expect, test } from 'vitest'
import { bytesKey } from '../../../shared/bytes'
import { memoryFindings, type NearlyFull } from '../../../shared/judgement/memory-findings'
import type { StreamSummary } from '../../../shared/model/stream'
import { added, summary } from './judged-samples'

const HOUR_MS = 3_600_000
const full: NearlyFull = { usedBytes: 939, maxBytes: 1_000, evicts: false, has: () => true }
const stream = (key: string, changes: Partial<StreamSummary> = {}): StreamSummary =>
  summary(key, [], { length: 10, memoryBytes: 100, lastId: added(0), ...changes })
const told = (streams: readonly StreamSummary[], servers: readonly NearlyFull[] = [full]): readonly string[] =>
  memoryFindings(streams, servers).map(({ key }) => bytesKey(key))
const [a, b] = [bytesKey('a'), bytesKey('b')]

test('the largest of the streams that grow is told, with the figures of its server', () => {
  const [only, ...others] = memoryFindings([stream('a'), stream('b', { memoryBytes: 101 })], [full])
  expect(others).toEqual([])
  expect(only).toEqual({
    ...{ kind: 'memory', id: `memory/${b}`, key: 'b', length: 10, memoryBytes: 101 },
    ...{ usedBytes: 939, maxBytes: 1_000, percent: 93, evicts: false, grows: true },
  })
})

test.each<[string, readonly StreamSummary[], readonly string[]]>([
  ['nothing where there is no stream', [], []],
  ['nothing where none grows', [stream('a', { lastId: added(HOUR_MS + 1) })], []],
  ['one to which something came an hour ago', [stream('a', { lastId: added(HOUR_MS) })], [a]],
  ['nothing of a stream whose ids are no times', [stream('a', { lastId: '1-0' })], []],
  ['one of large entries, of which that is not known', [stream('a', { lastId: null, large: true })], [a]],
  ['nothing of one that was never added to', [stream('a', { lastId: null })], []],
  ['nothing of one that could not be read', [stream('a', { error: { code: 'NO_PERMISSION', data: {} } })], []],
  [
    'the longest where sizes are not known',
    [stream('a', { memoryBytes: null }), stream('b', { memoryBytes: null, length: 11 })],
    [b],
  ],
  [
    'one whose size is known before one whose is not',
    [stream('a', { memoryBytes: null, length: 11 }), stream('b')],
    [b],
  ],
])('%s', (_what, streams, expected) => {
  expect(told(streams)).toEqual(expected)
})

test('nothing where no server is nearly full', () => {
  expect(told([stream('a')], [])).toEqual([])
})

test('each server that is nearly full has its own, and those of others are not taken for its', () => {
  const has = (name: string): NearlyFull => ({ ...full, has: (key) => key === name })
  expect(told([stream('a'), stream('b', { memoryBytes: 900 })], [has('a'), has('b'), has('c')])).toEqual([a, b])
})
