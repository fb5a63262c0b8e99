import { expect, test } from 'vitest'
import type { LookedGroup, StreamLook } from '../../../../electron/redis/stream-look'
import { createLagCounts } from '../../../../electron/services/monitoring/lag-counts'

const KEY = Buffer.from('orders')
const group = (name: string, changes: Partial<LookedGroup> = {}): LookedGroup => ({
  ...{ name: Buffer.from(name), consumers: 1, pending: 0, lastDeliveredId: '5-0', entriesRead: null, lag: null },
  ...{ unread: { firstId: '6-0', counted: 1, complete: false }, oldest: null, consumerList: null },
  ...changes,
})
const look = (groups: readonly LookedGroup[], changes: Partial<StreamLook> = {}): StreamLook => ({
  ...{ calls: 1, length: 5_000, memoryBytes: 500_000, large: false, next: null, refused: [], groups },
  ends: { lastGeneratedId: '9-0', firstId: '1-0', lastId: '9-0', maxDeletedId: null, entriesAdded: 9, bytes: 9 },
  ...changes,
})

test('those are counted whose lag nothing else tells, each once for where it stands', () => {
  const counts = createLagCounts()
  const known = group('known', { unread: { firstId: '6-0', counted: 4, complete: true } })
  const open = group('open')
  counts.note(KEY, look([known, open]))
  const asked = counts.next()
  expect(asked).toEqual({ key: KEY, name: 'open', after: '5-0', upTo: '9-0', averageBytes: 100 })
  expect([counts.next(), counts.isWaiting()]).toEqual([null, false])
  counts.counted(asked!, { counted: 77, complete: true })
  counts.note(KEY, look([known, open]))
  expect(counts.isWaiting()).toBe(false)
  expect(counts.of('orders', look([open]), open)).toEqual({ counted: 77, complete: true })
  expect(counts.of('orders', look([known]), known)).toBeNull()
})

test('what was counted counts no more once the group, or the stream, has moved', () => {
  const counts = createLagCounts()
  counts.note(KEY, look([group('g')]))
  counts.counted(counts.next()!, { counted: 77, complete: true })
  const moved = group('g', { lastDeliveredId: '6-0' })
  expect(counts.of('orders', look([moved]), moved)).toBeNull()
  const grown = look([group('g')], { ends: { ...look([]).ends!, lastId: '10-0' } })
  expect(counts.of('orders', grown, group('g'))).toBeNull()
  counts.note(KEY, grown)
  expect(counts.next()).toMatchObject({ upTo: '10-0' })
})

test('nothing is counted where entries are large, or the ends are not known', () => {
  const counts = createLagCounts()
  counts.note(KEY, look([group('g')], { large: true, ends: null }))
  counts.note(KEY, look([group('g')], { ends: null }))
  expect(counts.next()).toBeNull()
})

test('what is forgotten is waited for no more', () => {
  const counts = createLagCounts()
  counts.note(KEY, look([group('a'), group('b')]))
  expect(counts.next()?.name).toBe('a')
  counts.note(KEY, look([group('b', { unread: { firstId: null, counted: 0, complete: true } })]))
  expect(counts.next()).toBeNull()
})
