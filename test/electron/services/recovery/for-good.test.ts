import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { isForGood } from '../../../../shared/for-good'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import {
  ack,
  claimTo,
  counts,
  idsFrom,
  ofConsumer,
  openSluice,
  pendingOf,
  seed,
  KEY,
  type Sluice,
} from './recovery-kit'
import { verbatim } from '../../../../shared/words/messages'

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
})
afterEach(() => sluice.stop())

const forGood = { kind: 'ackDelete', references: 'KEEPREF', keepBodies: true } as const
const run = (plan: RecoveryPlan, confirmation?: string) =>
  sluice.api.recovery.run({
    connectionId: sluice.connectionId,
    planId: plan.id,
    ...(confirmation === undefined ? {} : { confirmation }),
  })

describe('on a production connection', () => {
  test.each([undefined, '', 'Orders', 'orders ', 'billing'])(
    'what can’t be undone is refused with %j typed, changes nothing, and can be run once it is right',
    async (typed) => {
      const plan = await sluice.plan(ofConsumer('alice'), forGood)
      await expect(run(plan, typed)).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED', data: { expected: KEY } })
      expect(await pendingOf(direct)).toHaveLength(3)
      expect(await direct.xlen(KEY)).toBe('3')
      const job = await sluice.finished(await run(plan, KEY))
      expect(job).toMatchObject({ state: 'done', counts: counts({ changed: 3 }) })
    },
  )

  test('a claim that would drop entries asks for it too', async () => {
    await direct.xdel(KEY, '2-0')
    const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob', true))
    await expect(run(plan)).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' })
    expect(await pendingOf(direct)).toHaveLength(3)
    expect(await sluice.finished(await run(plan, KEY))).toMatchObject({ counts: counts({ changed: 2, dropped: 1 }) })
  })

  test('what can be undone runs on one click', async () => {
    for (const action of [claimTo('bob'), claimTo('carol', true), ack]) {
      const plan = await sluice.plan({ kind: 'matching', criteria: {} }, action)
      expect(await sluice.finished(await run(plan))).toMatchObject({ state: 'done', counts: { changed: 3 } })
    }
  })

  test('a plan refused because another job works there can be run after it', async () => {
    const first = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
    const second = await sluice.plan(ofConsumer('alice'), claimTo('carol'))
    const job = await run(first)
    await expect(run(second)).rejects.toMatchObject({ code: 'CONFLICT', data: { jobId: job.id } })
    await sluice.finished(job)
    // The place is given back a moment after the job's end is told.
    await expect.poll(() => run(second).then(() => 'begun', String)).toBe('begun')
  })
})

test('a plan of what only its run will find out counts as for good when it takes what is gone', () => {
  const plan = { undo: { possible: true, note: verbatim('') }, drops: 0, gone: null, action: claimTo('bob', true) }
  expect(isForGood(plan as RecoveryPlan)).toBe(true)
  expect(isForGood({ ...plan, gone: 0 } as RecoveryPlan)).toBe(false)
  expect(isForGood({ ...plan, action: claimTo('bob') } as RecoveryPlan)).toBe(false)
})
