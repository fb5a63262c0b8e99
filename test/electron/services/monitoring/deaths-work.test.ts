import { expect, test, vi } from 'vitest'
import { createDeaths } from '../../../../electron/services/monitoring/deaths'
import { suspectedOf } from '../../../../shared/judgement/suspects'

test('suspects of a group are worked out once, not at each step of the walk', () => {
  const suspected = vi.fn(suspectedOf)
  const deaths = createDeaths(Date.now, suspected)
  const consumerList = ['a', 'b'].map((name) => {
    return { name: Buffer.from(name), pending: 1, idleMs: 90_000, inactiveMs: null, oldestIdleMs: null }
  })
  const note = (name: string, atMs: number): void => {
    const group = {
      ...{ name: Buffer.from(name), consumers: 2, pending: 2, lastDeliveredId: '9-0' as const, entriesRead: 9, lag: 0 },
      ...{ unread: null, oldest: null, consumerList, crowd: null },
    }
    deaths.note('jobs', group, { atMs, run: null }, 60_000)
  }
  for (let n = 0; n < 50; n += 1) note(`g${n}`, 100_000)
  while (deaths.isWaiting()) void deaths.start(() => undefined)
  suspected.mockClear()
  for (let step = 0; step < 40; step += 1) expect(deaths.start(() => undefined)).toBeNull()
  expect(suspected).toHaveBeenCalledTimes(50)
  // Somebody fell silent in one of them, later than was known.
  note('g7', 103_000)
  while (deaths.isWaiting()) void deaths.start(() => undefined)
  void deaths.start(() => undefined)
  expect(suspected).toHaveBeenCalledTimes(51)
})
