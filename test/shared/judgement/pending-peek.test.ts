import { expect, it } from 'vitest'
import { pendingPeek } from '../../../shared/judgement/pending-peek'

const listed = [
  { id: '1-0', deliveries: 4 },
  { id: '2-0', deliveries: 9 },
  { id: '3-0', deliveries: 5 },
]

it('tells which entry was delivered most often, and how many fail', () => {
  const read = [{ inStream: true }, { inStream: false }, { inStream: null }]
  expect(pendingPeek(listed, read, { poisonDeliveries: 5, isWhole: true })).toEqual({
    looked: 3,
    mostDeliveries: 9,
    mostId: '2-0',
    poison: 2,
    poisonDeliveries: 5,
    lookedFor: 3,
    gone: 1,
    isWhole: true,
  })
})

it.each([
  [4, 3],
  [5, 2],
  [6, 1],
  [10, 0],
])('from %i deliveries on: %i', (poisonDeliveries, poison) => {
  expect(pendingPeek(listed, [], { poisonDeliveries, isWhole: false })).toMatchObject({ poison, poisonDeliveries })
})

it('is nothing where nothing is pending', () => {
  expect(pendingPeek([], [], { poisonDeliveries: 5, isWhole: true })).toBeNull()
})
