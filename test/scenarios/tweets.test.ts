import { afterAll, beforeAll, expect, test } from 'vitest'
import { tweetsSeed } from '../../electron/sandbox/seeds/tweets'
import { openScenario, type Scenario } from './scenario'

// A tweets processor and its monitor, which every 20 s claims what has been idle for over 10 s, makes a hash of each
// entry, and acks it. Both are gone; their operator does by hand what the monitor did.
const on = { key: 'tweets_stream', group: 'redisearch_app_group' }
const PROCESSOR = 'consumer-1f20d41d-e63e-40d2-bc0f-749f11f15026'
const MONITOR = 'monitoring_app'

let scenario: Scenario
beforeAll(async () => (scenario = await openScenario(tweetsSeed)))
afterAll(() => scenario.stop())

const summary = () => scenario.sluice.pending.summary({ connectionId: scenario.connectionId, ...on })

test('the summary shows exactly the figures of XPENDING', async () => {
  expect(await summary()).toEqual({
    total: 209,
    smallestId: '1620973121009-0',
    greatestId: '1621054539960-0',
    consumers: [
      { name: PROCESSOR, pending: 3 },
      { name: MONITOR, pending: 206 },
    ],
  })
})

test('both consumers are seen to be stalled, and for how long', async () => {
  const consumers = await scenario.sluice.group.consumers({ connectionId: scenario.connectionId, ...on })
  expect(consumers.map(({ name, pending, health }) => [name, pending, health])).toEqual([
    [PROCESSOR, 3, 'stalled'],
    [MONITOR, 206, 'stalled'],
  ])
  for (const { idleMs } of consumers) expect(idleMs).toBeGreaterThan(10_000)
})

test('the list pages through all 209 in order, each with its tweet', async () => {
  const { sluice, connectionId } = scenario
  const ids: string[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof sluice.pending.page>> = await sluice.pending.page({
      connectionId,
      ...on,
      count: 50,
      bodies: true,
      ...(after === null ? {} : { after }),
    })
    for (const entry of page.entries) {
      expect(entry.idleMs).toBeGreaterThan(10_000)
      expect(entry.inStream).toBe(true)
      expect(entry.body?.fields.map(({ name }) => name)).toContain('text')
      ids.push(entry.id)
    }
    after = page.next
  } while (after !== null)
  expect(ids).toHaveLength(209)
  expect(new Set(ids).size).toBe(209)
  expect([ids[0], ids.at(-1)]).toEqual(['1620973121009-0', '1621054539960-0'])
})

test('one click claims what the dead processor held, but not what it got back meanwhile', async () => {
  const { sluice, connectionId, direct } = scenario
  const plan = await sluice.recovery.plan({
    connectionId,
    ...on,
    selection: { kind: 'consumer', consumer: PROCESSOR },
    action: { kind: 'claim', to: MONITOR, includeGone: false },
  })
  expect(plan).toMatchObject({ entries: 3, oldestId: expect.any(String) as unknown, mostDeliveries: 1 })
  expect(plan.consumers).toContainEqual({ name: MONITOR, before: 206, after: 209 })
  // The processor comes back to life with one of them in hand: idle for less than the minimum again.
  await direct.xclaim(on.key, on.group, PROCESSOR, 0, '1621054539960-0')

  const job = await scenario.finished(await sluice.recovery.run({ connectionId, planId: plan.id }))
  expect(job).toMatchObject({ state: 'done', counts: { changed: 2, leftAlone: 1, dropped: 0, unknown: 0 } })
  expect(await summary()).toMatchObject({
    total: 209,
    consumers: [
      { name: PROCESSOR, pending: 1 },
      { name: MONITOR, pending: 208 },
    ],
  })
})

test('and takes it back: owner and delivery count as they were', async () => {
  const { sluice, connectionId, direct } = scenario
  const { records } = await sluice.journal.list({ connectionId, count: 10 })
  const claim = records.find(({ action }) => action === 'claim')
  expect(claim).toMatchObject({ state: 'done', undo: { possible: true, undoneBy: null } })
  const job = await scenario.finished(await sluice.recovery.undo({ connectionId, recordId: claim?.id ?? '' }))
  expect(job).toMatchObject({ state: 'done', kind: 'undo', counts: { changed: 2 } })
  const held = (await direct.xpending(on.key, on.group, '-', '+', 10, PROCESSOR)) as [string, string, number, number][]
  expect(held.map(([, , , deliveries]) => deliveries).sort()).toEqual([1, 1, 2])
})

test('what has become a hash is acked, and only that; a failed write leaves its entry pending', async () => {
  const { sluice, connectionId, direct } = scenario
  const { entries } = await sluice.pending.page({ connectionId, ...on, consumer: MONITOR, count: 5, bodies: true })
  // One of them can't be written: something else has the hash's name.
  const failing = entries[2]?.id ?? ''
  await direct.set(`tweet:${failing}`, 'not a hash')
  const written: string[] = []
  for (const { id, body } of entries) {
    const fields = body?.fields.flatMap(({ name, value }) => [name, value] as string[]) ?? []
    const isWritten = await direct.hset(`tweet:${id}`, ...fields).then(
      () => true,
      () => false,
    )
    if (isWritten) written.push(id)
  }
  expect(written).toHaveLength(4)

  const job = await scenario.recover(on.key, on.group, { kind: 'ids', ids: written }, { kind: 'ack' })
  expect(job).toMatchObject({ state: 'done', counts: { changed: 4, leftAlone: 0 } })
  expect((await summary()).total).toBe(205)
  expect(await direct.xpending(on.key, on.group, failing, failing, 1)).toHaveLength(1)
})
