import { expect, test } from 'vitest'
import { notCarriedOut } from '../../../../electron/services/jobs/not-carried-out'
import type { EntryId } from '../../../../shared/entry-id'

const SENT = [['1-0', '2-0'], ['3-0'], ['4-0', '5-0']] as const
const among =
  (...ids: readonly EntryId[]) =>
  (id: EntryId) =>
    ids.includes(id)

test('nothing tells of commands of which no entry is as it was', () => {
  expect([...notCarriedOut(SENT, among())]).toEqual([])
  expect([...notCarriedOut([], among('1-0'))]).toEqual([])
})

test('one entry that is as it was tells of its whole command', () => {
  expect([...notCarriedOut(SENT, among('5-0'))]).toEqual(['4-0', '5-0'])
})

test('and of all that was sent behind it, but of nothing before', () => {
  expect([...notCarriedOut(SENT, among('3-0'))]).toEqual(['3-0', '4-0', '5-0'])
  expect([...notCarriedOut(SENT, among('5-0', '2-0'))]).toEqual(SENT.flat())
})
