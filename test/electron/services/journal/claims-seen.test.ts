import { expect, test } from 'vitest'
import { createClaimsSeen } from '../../../../electron/services/journal/claims-seen'

const record = (at: number, group = 'billing') => ({ connectionId: 'c1', key: 'orders', group, at })

test('of a group the last claim counts, in whatever order their lines are read, and of it the last word', () => {
  const claims = createClaimsSeen()
  claims.add(record(2), { end: 'left', at: 10 })
  claims.add(record(1), { end: 'taken', at: 99 })
  expect(claims.of('c1', 'orders', 'billing')).toEqual({ end: 'left', at: 10 })
  claims.add(record(2), { end: 'taken', at: 11 })
  expect(claims.of('c1', 'orders', 'billing')).toEqual({ end: 'taken', at: 11 })
})

test('nothing is told of another group, stream or connection, nor of what was forgotten', () => {
  const claims = createClaimsSeen(2)
  claims.add(record(1), { end: 'left', at: 1 })
  const others: readonly (readonly [string, string, string])[] = [
    ['c2', 'orders', 'billing'],
    ['c1', 'other', 'billing'],
    ['c1', 'orders', 'other'],
  ]
  for (const other of others) {
    expect(claims.of(...other)).toBeNull()
  }
  claims.add(record(2, 'a'), { end: 'left', at: 2 })
  claims.add(record(3, 'b'), { end: 'left', at: 3 })
  expect(claims.of('c1', 'orders', 'billing')).toBeNull()
  expect(claims.of('c1', 'orders', 'b')).not.toBeNull()
})
