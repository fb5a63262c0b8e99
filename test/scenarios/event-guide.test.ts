import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventGuideSeed } from '../../electron/sandbox/seeds/event-guide'
import { openScenario, type Scenario } from './scenario'

// An async client's guide to streams: everything that it does in code is done by hand here.
let scenario: Scenario
beforeAll(async () => (scenario = await openScenario(eventGuideSeed)))
afterAll(() => scenario.stop())

test('an entry is added, and read forwards and backwards', async () => {
  const { sluice, connectionId } = scenario
  const key = 'user_events'
  const added = await sluice.entry.add({
    connectionId,
    key,
    id: '*',
    fields: [
      ['type', 'user_signup'],
      ['email', 'zoë@example.com'],
    ],
    create: false,
  })
  const backwards = await sluice.entry.page({ connectionId, key, order: 'newest', count: 3 })
  expect(backwards.entries[0]).toMatchObject({
    id: added.id,
    fields: [
      { name: 'type', value: 'user_signup' },
      { name: 'email', value: 'zoë@example.com' },
    ],
  })
  const forwards = await sluice.entry.page({
    connectionId,
    key,
    order: 'oldest',
    from: backwards.entries[2]?.id,
    count: 10,
  })
  expect(forwards.entries.map(({ id }) => id)).toEqual(backwards.entries.map(({ id }) => id).reverse())
  expect(forwards.next).toBeNull()
})

test('a stream that does not exist is made only when that is asked for', async () => {
  const { sluice, connectionId, direct } = scenario
  const entry = { connectionId, key: 'user_evnets', id: '*', fields: [['type', 'typo']] } as const
  const fields = entry.fields.map(([name, value]): [string, string] => [name, value])
  await expect(sluice.entry.add({ ...entry, fields, create: false })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await direct.exists('user_evnets')).toBe(0)
  await sluice.entry.add({ ...entry, fields, create: true })
  expect(await direct.xlen('user_evnets')).toBe(1)
})

test('new entries show as they come', async () => {
  const { sluice, connectionId, direct } = scenario
  const tail = (await sluice.entry.tail({ connectionId, key: 'notifications' }))[Symbol.asyncIterator]()
  const coming = tail.next()
  // The tail begins when it is heard of: entries from then on.
  await expect.poll(async () => String(await direct.client('LIST'))).toMatch(/cmd=xread/)
  const ids = [
    await direct.xadd('notifications', '*', 'type', 'alert'),
    await direct.xadd('notifications', '*', 'type', 'welcome'),
  ]
  const seen: string[] = []
  for (let batch = await coming; !batch.done; batch = await tail.next()) {
    seen.push(...batch.value.entries.map(({ id }) => id))
    if (seen.length >= ids.length) break
  }
  expect(seen).toEqual(ids)
  await tail.return?.(undefined)
})

test('a group is made together with its stream, and workers share the load', async () => {
  const { sluice, connectionId, direct } = scenario
  const on = { connectionId, key: 'email_queue', group: 'mailers' }
  await expect(sluice.group.create({ ...on, start: '0-0', mkstream: false })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  await sluice.group.create({ ...on, start: '0-0', mkstream: true })
  for (let n = 0; n < 9; n += 1) await direct.xadd(on.key, '*', 'to', `user${n}@example.com`)
  for (const worker of ['worker_1', 'worker_2', 'worker_3']) {
    await direct.xreadgroup('GROUP', on.group, worker, 'COUNT', 3, 'STREAMS', on.key, '>')
  }
  const consumers = await sluice.group.consumers(on)
  expect(consumers.map(({ name, pending, health }) => [name, pending, health])).toEqual([
    ['worker_1', 3, 'active'],
    ['worker_2', 3, 'active'],
    ['worker_3', 3, 'active'],
  ])
})

test('what has been idle for over a minute goes to the recovery worker, and is acked', async () => {
  const { sluice, connectionId, recover, direct } = scenario
  const on = { key: 'work_queue', group: 'workers' }
  const { entries } = await sluice.pending.page({ connectionId, ...on, count: 1_000, bodies: false })
  const idle = entries.filter(({ idleMs }) => idleMs > 60_000)
  expect(idle).toHaveLength(11)
  expect(new Set(idle.map(({ consumer }) => consumer))).toEqual(new Set(['worker_2']))
  const ids = idle.map(({ id }) => id)

  const claimed = await recover(
    on.key,
    on.group,
    { kind: 'ids', ids },
    { kind: 'claim', to: 'recovery_worker', includeGone: false },
  )
  expect(claimed).toMatchObject({ state: 'done', counts: { changed: 11, leftAlone: 0 } })
  const held = (await direct.xpending(on.key, on.group, '-', '+', 99, 'recovery_worker')) as [string][]
  expect(held.map(([id]) => id)).toEqual(expect.arrayContaining(ids))

  const acked = await recover(on.key, on.group, { kind: 'ids', ids }, { kind: 'ack' })
  expect(acked).toMatchObject({ state: 'done', counts: { changed: 11, leftAlone: 0 } })
  expect((await sluice.pending.summary({ connectionId, ...on })).total).toBe(entries.length - 11)
})

test('all three views of XINFO agree with the server', async () => {
  const { sluice, connectionId, direct } = scenario
  const key = 'work_queue'
  const stream = await sluice.stream.info({ connectionId, key })
  const [newest] = (await direct.xrevrange(key, '+', '-', 'COUNT', 1)).map(([id]) => id)
  expect(stream).toMatchObject({
    key,
    length: await direct.xlen(key),
    groups: 1,
    entriesAdded: 260,
    lastId: newest,
    lastGeneratedId: newest,
  })
  const [group] = await sluice.group.list({ connectionId, key, countLag: true })
  expect(group).toMatchObject({
    name: 'workers',
    consumers: 4,
    entriesRead: 260,
    lag: { value: 0, kind: 'exact' },
    lastDeliveredId: newest,
  })
  const consumers = await sluice.group.consumers({ connectionId, key, group: 'workers' })
  expect(consumers.map(({ name }) => name).sort()).toEqual(['recovery_worker', 'worker_1', 'worker_2', 'worker_3'])
  expect(consumers.reduce((sum, { pending }) => sum + pending, 0)).toBe(group?.pending)
})

test('an approximate trim to 1 000 says what it would remove, and then what it did', async () => {
  const { sluice, connectionId, direct, finished } = scenario
  const key = 'user_events'
  const pipeline = direct.pipeline()
  for (let n = 0; n < 4_000; n += 1) pipeline.xadd(key, '*', 'type', 'page_view', 'n', n)
  await pipeline.exec()
  const length = await direct.xlen(key)

  const plan = await sluice.trim.plan({
    connectionId,
    key,
    strategy: { kind: 'maxlen', maxlen: 1_000 },
    approximate: true,
    limit: 10_000,
  })
  expect(plan).toMatchObject({ length, approximate: true })
  expect(plan.removes.value).toBeLessThanOrEqual(length - 1_000)
  const job = await finished(await sluice.trim.run({ connectionId, key, planId: plan.id, backup: false }))
  const left = await direct.xlen(key)
  expect(job).toMatchObject({ kind: 'trim', state: 'done', undoable: false, counts: { changed: length - left } })
  expect(left).toBeGreaterThanOrEqual(1_000)
  expect(left).toBeLessThan(1_200)
})
