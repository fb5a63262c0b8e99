import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkinsSeed } from '../../electron/sandbox/seeds/checkins'
import { openScenario, type Scenario } from './scenario'

// Check-ins, all processed by two consumers that have had nothing to do for the better part of an hour: no fault.
const on = { key: 'ncc:checkins', group: 'checkinConsumers' }

let scenario: Scenario
beforeAll(async () => (scenario = await openScenario(checkinsSeed)))
afterAll(() => scenario.stop())

test('the group has nothing pending and was last delivered the last entry', async () => {
  const { sluice, connectionId } = scenario
  expect(await sluice.group.list({ connectionId, key: on.key, countLag: true })).toMatchObject([
    {
      name: 'checkinConsumers',
      consumers: 2,
      pending: 0,
      lastDeliveredId: '1609605876514-0',
      lag: { value: 0, kind: 'exact' },
      oldestPendingId: null,
    },
  ])
  expect(await sluice.pending.summary({ connectionId, ...on })).toEqual({
    total: 0,
    smallestId: null,
    greatestId: null,
    consumers: [],
  })
  expect(await sluice.pending.page({ connectionId, ...on, count: 100, bodies: true })).toMatchObject({
    entries: [],
    next: null,
  })
})

test('its consumers are idle, which is not the same as stalled', async () => {
  const { sluice, connectionId } = scenario
  const consumers = await sluice.group.consumers({ connectionId, ...on })
  expect(consumers).toMatchObject([
    { name: 'consumer1', pending: 0, health: 'idle' },
    { name: 'consumer2', pending: 0, health: 'idle' },
  ])
  for (const { idleMs } of consumers) {
    expect(idleMs).toBeGreaterThan(2_262_000)
    expect(idleMs).toBeLessThan(2_862_000)
  }
  const [summary] = await sluice.stream.summaries({ connectionId, keys: [on.key] })
  expect(summary).toMatchObject({ length: 800, lastId: '1609605876514-0', groups: [{ worst: null }] })
  // Counted only when something is pending: null, or none.
  expect(summary?.groups[0]?.stalled ?? 0).toBe(0)
})

test('an entry is a user’s stars for a location', async () => {
  const { sluice, connectionId } = scenario
  const entry = await sluice.entry.get({ connectionId, key: on.key, id: '1609605876514-0' })
  expect(entry.fields.map(({ name }) => name)).toEqual(['locationId', 'userId', 'starRating'])
})
