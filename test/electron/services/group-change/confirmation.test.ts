import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Bytes } from '../../../../shared/bytes'
import type { GroupChange } from '../../../../shared/model/group-change'
import type { Job } from '../../../../shared/model/job'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { idsFrom, openSluice, seed, GROUP, KEY, type Sluice } from '../recovery/recovery-kit'

let redis: TestRedis
let direct: Redis
let sluice: Sluice
beforeAll(async () => {
  redis = await startRedis()
  direct = redis.client({ stringNumbers: true })
})
afterAll(() => redis.stop())
beforeEach(async () => {
  await direct.flushall()
  sluice = await openSluice(redis.connection({ environment: 'prod' }))
  await seed(direct, { held: { alice: idsFrom(1, 3) } })
  await direct.call('XGROUP', 'CREATECONSUMER', KEY, GROUP, 'idler')
})
afterEach(() => sluice.stop())

async function plan(change: GroupChange): Promise<(confirmation?: Bytes) => Promise<Job>> {
  const on = { connectionId: sluice.connectionId, key: KEY, group: GROUP }
  const { id: planId } = await sluice.api.group.planChange({ ...on, change })
  return (confirmation) =>
    sluice.api.group.change({ ...on, planId, ...(confirmation === undefined ? {} : { confirmation }) })
}

const standing = (): Promise<unknown> => direct.xinfo('GROUPS', KEY)

describe('on a production connection', () => {
  test.each([
    ['destroy group', { kind: 'destroy group' }, GROUP, [KEY, 'alice', 'Billing', '']],
    ['remove consumer', { kind: 'remove consumer', consumer: 'idler' }, 'idler', [KEY, GROUP, 'alice', 'idle']],
    ['set id', { kind: 'set id', to: '0-0' }, GROUP, [KEY, '0', ' billing']],
  ] as const)('%s asks for the name of what it changes, and for no other', async (_kind, change, right, others) => {
    const run = await plan(change)
    const before = await standing()
    for (const wrong of [undefined, ...others]) {
      await expect(run(wrong)).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED', data: { expected: right } })
    }
    expect(await standing()).toEqual(before)
    expect(await sluice.api.journal.list({ count: 10 })).toMatchObject({ records: [] })
    expect(await sluice.finished(await run(right))).toMatchObject({ state: 'done' })
    expect(await standing()).not.toEqual(before)
  })

  test('two groups of one stream: the name of the one does not destroy the other', async () => {
    await direct.call('XGROUP', 'CREATE', KEY, 'audit', '0')
    const run = await plan({ kind: 'destroy group' })
    await expect(run('audit')).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED', data: { expected: GROUP } })
    await sluice.finished(await run(GROUP))
    const left = await sluice.api.group.list({ connectionId: sluice.connectionId, key: KEY, countLag: false })
    expect(left.map(({ name }) => name)).toEqual(['audit'])
  })

  test('dead-lettering that trims its target asks for the target’s name: that is what loses', async () => {
    for (const id of idsFrom(1, 9)) await direct.xadd('dead', id, 'n', id)
    const action = { kind: 'deadLetter', stream: 'dead', reason: '', maxLen: 5 } as const
    const { id: planId } = await sluice.plan({ kind: 'consumer', consumer: 'alice' }, action)
    const order = { connectionId: sluice.connectionId, planId }
    for (const more of [{}, { confirmation: KEY }]) {
      await expect(sluice.api.recovery.run({ ...order, ...more })).rejects.toMatchObject({
        code: 'CONFIRMATION_NEEDED',
        data: { expected: 'dead' },
      })
    }
    const job = await sluice.finished(await sluice.api.recovery.run({ ...order, confirmation: 'dead' }))
    expect(job).toMatchObject({ state: 'done', counts: { changed: 3 } })
  })
})

test('undoing the destruction asks for nothing', async () => {
  const job = await sluice.finished(await (await plan({ kind: 'destroy group' }))(GROUP))
  expect(await sluice.undo(job)).toMatchObject({ state: 'done' })
})
