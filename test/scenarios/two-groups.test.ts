import { afterAll, beforeAll, expect, test } from 'vitest'
import { twoGroupsSeed } from '../../electron/sandbox/seeds/two-groups'
import { openScenario, type Scenario } from './scenario'

// A NestJS service with two groups on one stream. Each has a pending list of its own.
const key = 'example-stream'

let scenario: Scenario
beforeAll(async () => (scenario = await openScenario(twoGroupsSeed)))
afterAll(() => scenario.stop())

const groups = () => scenario.sluice.group.list({ connectionId: scenario.connectionId, key, countLag: true })

test('the two groups are seen to part', async () => {
  const { direct } = scenario
  expect(await groups()).toMatchObject([
    { name: 'example-group', pending: 6, lag: { value: 0, kind: 'exact' } },
    { name: 'example-group-2', pending: 25, lag: { value: 180, kind: 'exact' } },
  ])
  for (let n = 0; n < 20; n += 1) await direct.xadd(key, '*', 'data', `{"id":${n}}`, 'correlationId', `x${n}`)
  await direct.xreadgroup('GROUP', 'example-group', 'example-consumer', 'COUNT', 100, 'STREAMS', key, '>')
  expect(await groups()).toMatchObject([
    { name: 'example-group', pending: 26, lag: { value: 0, kind: 'exact' } },
    { name: 'example-group-2', pending: 25, lag: { value: 200, kind: 'exact' } },
  ])
})

test('what is done in one group leaves the other as it is', async () => {
  const { sluice, connectionId, recover } = scenario
  const second = { connectionId, key, group: 'example-group-2' }
  const before = await sluice.pending.summary(second)
  const { entries } = await sluice.pending.page({ connectionId, key, group: 'example-group', count: 10, bodies: false })
  const job = await recover(key, 'example-group', { kind: 'ids', ids: entries.map(({ id }) => id) }, { kind: 'ack' })
  expect(job.counts.changed).toBe(10)
  expect(await sluice.pending.summary(second)).toEqual(before)
})

test('a group that exists already is not made again: Redis says so, and nothing has changed', async () => {
  const { sluice, connectionId, direct } = scenario
  const before = await direct.call('XINFO', 'GROUPS', key)
  const again = { connectionId, key, group: 'example-group', start: '$', mkstream: false } as const
  await expect(sluice.group.create(again)).rejects.toMatchObject({
    code: 'REDIS',
    data: { prefix: 'BUSYGROUP', reply: 'BUSYGROUP Consumer Group name already exists' },
  })
  expect(await direct.call('XINFO', 'GROUPS', key)).toEqual(before)
})

test('the stalled consumer of the second group is relieved in one click, with its cursor left where it was', async () => {
  const { sluice, connectionId, recover } = scenario
  const group = 'example-group-2'
  const [, before] = await groups()
  const job = await recover(
    key,
    group,
    { kind: 'consumer', consumer: 'example-consumer-2' },
    { kind: 'claim', to: 'example-consumer-9', includeGone: false },
  )
  expect(job).toMatchObject({ state: 'done', to: 'example-consumer-9', counts: { changed: 25 } })
  expect(await sluice.pending.summary({ connectionId, key, group })).toMatchObject({
    total: 25,
    consumers: [{ name: 'example-consumer-9', pending: 25 }],
  })
  const [, after] = await groups()
  expect(after).toMatchObject({ lastDeliveredId: before?.lastDeliveredId, lag: before?.lag })
})
