import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  LBS,
  LBS_GROUP,
  LBS_LOST_OWNER,
  LBS_OWNERS,
  recoverableConsumersSeed,
} from '../../electron/sandbox/seeds/recoverable-consumers'
import { openScenario, type Scenario } from './scenario'

// Pods that share out whole data streams by the entries of a load-balancer stream; one has died with four of them.
const on = { key: LBS, group: LBS_GROUP }

let scenario: Scenario
beforeAll(async () => (scenario = await openScenario(recoverableConsumersSeed)))
afterAll(() => scenario.stop())

test('each load-balancer entry shows which data stream it stands for', async () => {
  const { sluice, connectionId, direct } = scenario
  const { entries } = await sluice.entry.page({ connectionId, key: LBS, order: 'oldest', count: 100 })
  expect(entries).toHaveLength(16)
  const [first] = entries
  const entry = await sluice.entry.get({ connectionId, key: LBS, id: first?.id ?? '' })
  expect(entry.fields).toMatchObject([{ name: 'lbs-input', cut: false }])
  const input = JSON.parse(entry.fields[0]?.value as string) as { DataStreamName: string; Info: unknown }
  expect(input).toEqual({
    DataStreamName: expect.stringMatching(/^checkout-session-/) as unknown,
    Info: { region: 'us-east', shard: 0 },
  })
  expect(await direct.exists(input.DataStreamName)).toBe(1)
})

test('the lost owner is seen at once: stalled, idle past the 40 s that recovery waits, and how often it tried', async () => {
  const { sluice, connectionId } = scenario
  const consumers = await sluice.group.consumers({ connectionId, ...on })
  const health = new Map(consumers.map((consumer) => [consumer.name, consumer]))
  expect(health.get(LBS_LOST_OWNER)).toMatchObject({ pending: 4, health: 'stalled' })
  for (const owner of LBS_OWNERS) expect(health.get(owner)).toMatchObject({ pending: 4, health: 'active' })

  const { entries } = await sluice.pending.page({
    connectionId,
    ...on,
    consumer: LBS_LOST_OWNER,
    count: 100,
    bodies: true,
  })
  expect(entries.map(({ deliveries }) => deliveries)).toEqual([1, 1, 3, 3])
  for (const { idleMs, body } of entries) {
    expect(idleMs).toBeGreaterThan(40_000)
    expect(body?.fields[0]?.name).toBe('lbs-input')
  }
  const [summary] = await sluice.stream.summaries({ connectionId, keys: [LBS] })
  expect(summary?.groups[0]).toMatchObject({
    stalled: 1,
    stalledPending: 4,
    worst: { name: LBS_LOST_OWNER, pending: 4 },
  })
})

test('what its README has one look up by hand is on the screen', async () => {
  const { sluice, connectionId, status } = scenario
  expect(status.server?.keyspaceEvents).toMatch(/E.*x|x.*E/)
  const stream = await sluice.stream.info({ connectionId, key: LBS })
  expect(stream).toMatchObject({ length: 16, groups: 1 })
  expect(stream.memoryBytes).toBeGreaterThan(0)
  const [group] = await sluice.group.list({ connectionId, key: LBS, countLag: true })
  expect(group).toMatchObject({ name: LBS_GROUP, consumers: 4, pending: 16, lag: { value: 0, kind: 'exact' } })
})

test('a load-balancer entry is claimed for another owner, and no other entry moves', async () => {
  const { sluice, connectionId, direct } = scenario
  const heir = LBS_OWNERS[0] ?? ''
  const { entries } = await sluice.pending.page({
    connectionId,
    ...on,
    consumer: LBS_LOST_OWNER,
    count: 100,
    bodies: false,
  })
  const id = entries[0]?.id ?? ''
  const before = (await direct.xpending(LBS, LBS_GROUP, '-', '+', 100)) as [string, string, number, number][]
  const job = await scenario.recover(
    LBS,
    LBS_GROUP,
    { kind: 'ids', ids: [id] },
    { kind: 'claim', to: heir, includeGone: false },
  )
  expect(job).toMatchObject({ state: 'done', undoable: true, counts: { changed: 1, leftAlone: 0, gone: 0 } })
  const after = (await direct.xpending(LBS, LBS_GROUP, '-', '+', 100)) as [string, string, number, number][]
  expect(after.map(([entry, owner]) => [entry, owner])).toEqual(
    before.map(([entry, owner]) => [entry, entry === id ? heir : owner]),
  )
})

test('the rest goes to whoever is healthiest when nobody is named', async () => {
  const { recover, direct } = scenario
  const job = await recover(
    LBS,
    LBS_GROUP,
    { kind: 'consumer', consumer: LBS_LOST_OWNER },
    { kind: 'claim', to: null, includeGone: false },
  )
  expect(job.counts.changed).toBe(3)
  expect(LBS_OWNERS).toContain(job.to)
  expect(await direct.xpending(LBS, LBS_GROUP, '-', '+', 10, LBS_LOST_OWNER)).toEqual([])
})
