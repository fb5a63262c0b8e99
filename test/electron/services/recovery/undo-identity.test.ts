import { ORPCError } from '@orpc/client'
import { describe, expect, test } from 'vitest'
import { saying, telling } from '../../../helpers/saying'
import {
  ack,
  claimTo,
  counts,
  everything,
  GROUP,
  heldBy,
  idsFrom,
  isOpen,
  KEY,
  ofConsumer,
  onEveryServer,
  seed,
  walked,
} from './recovery-kit'

/** What was done is there after a restart. */
const LOGGED = { config: ['appendonly yes', 'appendfsync always'] }

/** What an undo is bound to, on the real servers: what contradicts it, what proves it, and what must not be asked. */
onEveryServer((world) => {
  const planOf = async (recordId: string, connectionId = world.sluice.connectionId) =>
    (await walked(world.sluice.api.recovery.planUndo({ connectionId, recordId }))).ready.plan
  const acked = async () => {
    await seed(world.direct, { held: { alice: idsFrom(1, 5) } })
    return world.sluice.recover(ofConsumer('alice'), ack)
  }
  const isBack = () =>
    world.sluice.api.stream.info({ connectionId: world.sluice.connectionId, key: KEY }).then(
      () => true,
      (error: unknown) => error instanceof ORPCError && error.code === 'NOT_FOUND',
    )
  const restarted = async (keepData: boolean) => {
    await world.redis.restart({ keepData })
    await expect.poll(() => world.direct.ping().catch(() => null), { timeout: 20_000 }).toBe('PONG')
    await expect.poll(() => isBack(), { timeout: 20_000 }).toBe(true)
    await isOpen(world.sluice)
  }

  describe('an undo', () => {
    test('of a stream made anew at the same ids with other bodies is refused, and nothing changes', async () => {
      const job = await acked()
      const { direct, sluice } = world
      await direct.del(KEY)
      for (const id of idsFrom(1, 5)) await direct.xadd(KEY, id, 'n', 'another')
      await direct.xgroup('CREATE', KEY, GROUP, '0')
      await direct.xreadgroup('GROUP', GROUP, 'alice', 'COUNT', 5, 'STREAMS', KEY, '>')
      await direct.xack(KEY, GROUP, ...idsFrom(1, 5))
      const before = await everything(direct)
      for (const refused of [() => planOf(job.recordId), () => sluice.undo(job)]) {
        await expect(refused()).rejects.toMatchObject({
          code: 'BAD_INPUT',
          data: { field: 'recordId', problem: saying('the stream was made anew') },
        })
      }
      expect(await everything(direct)).toEqual(before)
    })

    test('of a dead-letter whose source was made anew is refused', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: ['1-0'] } })
      const job = await sluice.recover(ofConsumer('alice'), {
        kind: 'deadLetter',
        stream: null,
        reason: '',
        maxLen: null,
      })
      await direct.del(KEY)
      await direct.xadd(KEY, '1-0', 'n', 'another')
      await direct.xgroup('CREATE', KEY, GROUP, '0')
      await direct.xreadgroup('GROUP', GROUP, 'alice', 'STREAMS', KEY, '>')
      await direct.xack(KEY, GROUP, '1-0')
      await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'recordId' } })
      expect(await heldBy(direct, 'alice')).toEqual([])
      expect(await direct.xrange(`${KEY}:dead`, '-', '+')).toHaveLength(1)
    })

    test('in a group that was destroyed and made anew asks first', async () => {
      const job = await acked()
      const { direct, sluice } = world
      await direct.xgroup('DESTROY', KEY, GROUP)
      await direct.xgroup('CREATE', KEY, GROUP, '0')
      expect((await planOf(job.recordId)).doubts).toEqual([saying('The group is behind')])
      await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'accepts' } })
      expect(await heldBy(direct, 'alice')).toEqual([])
    })

    test('in a group that was made anew, and read by others to where it stood, asks first', async () => {
      const job = await acked()
      const { direct, sluice } = world
      await direct.xgroup('DESTROY', KEY, GROUP)
      await direct.xgroup('CREATE', KEY, GROUP, '0')
      await direct.xreadgroup('GROUP', GROUP, 'zoe', 'STREAMS', KEY, '>')
      await direct.xack(KEY, GROUP, ...idsFrom(1, 5))
      expect((await planOf(job.recordId)).doubts).toEqual([saying('Nothing proves that it is the same group')])
      await expect(sluice.undo(job)).rejects.toMatchObject({
        code: 'BAD_INPUT',
        data: { field: 'accepts' },
      })
      expect(await heldBy(direct, 'alice')).toEqual([])
    })

    test('on another server at the same port, with the same ids never delivered, asks first', async () => {
      const job = await acked()
      const { direct, sluice } = world
      await restarted(false)
      for (const id of idsFrom(1, 5)) await direct.xadd(KEY, id, 'n', id)
      await direct.xgroup('CREATE', KEY, GROUP, '0')
      expect((await planOf(job.recordId)).doubts).toEqual([saying('started anew'), saying('The group is behind')])
      await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'accepts' } })
      expect(await heldBy(direct, 'alice')).toEqual([])
    })

    test('after a restart with the data goes without a question', async () => {
      const job = await acked()
      await restarted(true)
      expect((await planOf(job.recordId)).doubts ?? []).toEqual([])
      expect(await world.sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
      expect(await heldBy(world.direct, 'alice')).toEqual(idsFrom(1, 5))
    })

    test('through another connection to the same server is done, without a question', async () => {
      const job = await acked()
      const { api, connectionId } = world.sluice
      await api.connection.remove({ connectionId })
      const { port } = world.redis
      const again = world.redis.connection({ name: 'again', endpoint: { kind: 'tcp', host: 'localhost', port } })
      const { id } = await api.connection.save({ profile: again })
      await api.connection.open({ connectionId: id })
      expect((await planOf(job.recordId, id)).doubts ?? []).toEqual([])
      const { recordId } = job
      const undo = await world.sluice.finished(await api.recovery.undo({ connectionId: id, recordId }))
      expect(undo).toMatchObject({ state: 'done', counts: counts({ changed: 5 }) })
      expect(await heldBy(world.direct, 'alice')).toEqual(idsFrom(1, 5))
    })
  })

  test('the rest of a job asks on another server at the same port, and is refused where the stream is another', async () => {
    const job = await acked()
    const { direct, sluice } = world
    const { api, connectionId } = sluice
    const resumed = async () => (await walked(api.recovery.resume({ connectionId, recordId: job.recordId }))).ready.plan
    expect((await resumed()).doubts ?? []).toEqual([])
    await restarted(false)
    await seed(direct, { held: { alice: idsFrom(1, 4) } })
    const plan = await resumed()
    expect(plan.doubts).toEqual([saying('started anew'), saying('The stream is behind'), saying('The group is behind')])
    await expect(sluice.run(plan)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'accepts' } })
    expect(await heldBy(direct, 'alice')).toEqual(idsFrom(1, 4))
    const accepts = plan.doubts?.map(({ code }) => code)
    const run = await sluice.finished(await api.recovery.run({ connectionId, planId: plan.id, accepts }))
    expect(run).toMatchObject({ state: 'done', counts: counts({ changed: 4 }) })
    await direct.del(KEY)
    for (const id of idsFrom(1, 5)) await direct.xadd(KEY, id, 'n', 'another')
    await direct.xgroup('CREATE', KEY, GROUP, '5-0')
    await expect(resumed()).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'recordId' } })
  })

  test('the rest of a job looks again when it is run: at a stream made anew since its preview, it is refused or asks', async () => {
    const job = await acked()
    const { direct, sluice } = world
    const { api, connectionId } = sluice
    const more = async (from: number) => {
      for (const id of idsFrom(from, 3)) await direct.xadd(KEY, id, 'n', 'another')
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'alice', 'STREAMS', KEY, '>')
    }
    const resumed = async () => (await walked(api.recovery.resume({ connectionId, recordId: job.recordId }))).ready.plan
    const anew = async (from: number) => {
      await direct.del(KEY)
      await direct.xgroup('CREATE', KEY, GROUP, '0', 'MKSTREAM')
      await more(from)
    }
    await more(10)
    const plan = await resumed()
    expect(plan.doubts ?? []).toEqual([])
    await anew(1)
    await expect(sluice.run(plan)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await anew(100)
    await expect(sluice.run(plan)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'accepts' } })
    expect(await heldBy(direct, 'alice')).toEqual(idsFrom(100, 3))
  })

  test('a plan of a server that another one took the place of is not run, and one after a mere loss is', async () => {
    const { direct, proxy, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 5) }, idleMs: 60_000 })
    const kept = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
    proxy.cut()
    await expect.poll(() => isBack(), { timeout: 20_000 }).toBe(true)
    await isOpen(sluice)
    expect(await sluice.finished(await sluice.run(kept))).toMatchObject({ state: 'done' })
    const stale = await sluice.plan(ofConsumer('bob'), ack)
    await restarted(false)
    await seed(direct, { held: { bob: idsFrom(1, 5) }, idleMs: 600_000 })
    await expect(sluice.run(stale)).rejects.toMatchObject({ code: 'STALE_PLAN' })
    expect(await heldBy(direct, 'bob')).toEqual(idsFrom(1, 5))
  })

  test('a running job that finds another server at the same port stops, and changes nothing there', async () => {
    const { direct, sluice } = world
    const ids = idsFrom(1, 3_000)
    await seed(direct, { held: { alice: ids } })
    const plan = await sluice.plan(ofConsumer('alice'), ack)
    const job = await sluice.run(plan)
    await sluice.api.job.limit({ jobId: job.id, perSecond: 1 })
    for await (const { id, done } of await sluice.api.job.watch()) if (id === job.id && done > 0) break
    await restarted(false)
    await seed(direct, { held: { alice: ids } })
    await sluice.api.job.limit({ jobId: job.id, perSecond: null })
    const ended = await sluice.finished(job)
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'STALE_PLAN' } })
    expect(ended.error).toEqual(telling('may lead to another server'))
    expect(await heldBy(direct, 'alice')).toHaveLength(ids.length)
  })
}, LOGGED)
