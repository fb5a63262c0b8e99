import { expect, test } from 'vitest'
import { createTouched } from '../../../../electron/services/journal/touched'

const subject = { connectionId: 'c', key: 'orders', group: 'billing' } as const
const touch = (consumer: string, seenAt: number) => ({
  consumer,
  before: { seenAt: 0, activeAt: null },
  stamp: { seenAt, activeAt: null },
  tookMs: 0,
})
const names = (touched: ReturnType<typeof createTouched>, key = 'orders', group = 'billing', connectionId = 'c') =>
  touched
    .of(connectionId, key, group)
    .map(({ consumer, stamp }): [string, number] => [consumer as string, stamp.seenAt])

test('the last time of each consumer counts, in whatever order the files are read', () => {
  const touched = createTouched()
  touched.add(subject, [touch('ann', 5), touch('bob', 5)])
  touched.add(subject, [touch('ann', 9)])
  touched.add(subject, [touch('bob', 3)])
  expect(Object.fromEntries(names(touched))).toEqual({ ann: 9, bob: 5 })
})

test('of another connection, stream or group nothing is known', () => {
  const touched = createTouched()
  touched.add(subject, [touch('ann', 5)])
  touched.add({ ...subject, group: null }, [touch('eve', 5)])
  expect(names(touched, 'orders', 'audit')).toEqual([])
  expect(names(touched, 'other')).toEqual([])
  expect(names(touched, 'orders', 'billing', 'd')).toEqual([])
})

test('is bounded: the groups touched the longest ago go first', () => {
  const touched = createTouched(3)
  touched.add(subject, [touch('ann', 1), touch('bob', 1)])
  touched.add({ ...subject, key: 'other' }, [touch('ann', 2)])
  touched.add(subject, [touch('ann', 3)])
  touched.add({ ...subject, key: 'third' }, [touch('ann', 4)])
  expect([names(touched), names(touched, 'other'), names(touched, 'third')].map(({ length }) => length)).toEqual([
    2, 0, 1,
  ])
})

test('of one group alone its consumers touched the longest ago go first, and not all of them', () => {
  const touched = createTouched(2)
  touched.add(subject, [touch('ann', 1), touch('bob', 1)])
  touched.add(subject, [touch('ann', 2), touch('eve', 2)])
  expect(names(touched)).toEqual([
    ['ann', 2],
    ['eve', 2],
  ])
})

test('names that hold what parts stream and group are not mixed up', () => {
  const touched = createTouched()
  touched.add({ ...subject, key: 'a\nsb', group: 'c' }, [touch('ann', 1)])
  expect(names(touched, 'a', 'b\nsc')).toEqual([])
  expect(names(touched, 'a\\nsb', 'c')).toEqual([])
  expect(names(touched, 'a\nsb', 'c')).toEqual([['ann', 1]])
})
