import { describe, expect, test } from 'vitest'
import { saying } from '../../../helpers/saying'
import { availableServers } from '../../../helpers/available-servers'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { deadLetter } from './copy-kit'
import { handle } from './hash-kit'
import {
  ack,
  claimTo,
  counts,
  GROUP,
  heldBy,
  idsFrom,
  isOpen,
  KEY,
  ofConsumer,
  onEveryServer,
  pendingOf,
  seed,
  walked,
} from './recovery-kit'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'

const IDS = idsFrom(1, 5)

const nameOf = ({ version }: TestRedis): string =>
  availableServers().find((server) => server.version === version)?.name ?? ''

/** Stream and group are the same, and what was done never came to these data. */
onEveryServer((world) => {
  const recover = (action: RecoveryAction) => world.sluice.recover(ofConsumer('alice'), action)
  const doubtsOf = async (recordId: string, connectionId = world.sluice.connectionId) =>
    (await walked(world.sluice.api.recovery.planUndo({ connectionId, recordId }))).ready.plan.doubts ?? []

  describe('a server that was started anew from a snapshot', () => {
    const restarted = async () => {
      const { direct, redis, sluice } = world
      await redis.restart({ keepData: 'as saved' })
      await expect.poll(() => direct.ping().catch(() => null), { timeout: 20_000 }).toBe('PONG')
      const isBack = () =>
        sluice.api.stream.info({ connectionId: sluice.connectionId, key: KEY }).then(
          () => true,
          () => false,
        )
      await expect.poll(isBack, { timeout: 20_000 }).toBe(true)
      await isOpen(sluice)
    }

    test.each([ack, handle({ idField: 'n' })])(
      'of before it, $kind: what its consumer handled then is not pending again unasked',
      async (action) => {
        const { direct, sluice } = world
        await seed(direct, { held: { alice: IDS }, idleMs: 60_000 })
        await direct.save()
        const job = await recover(action)
        await restarted()
        expect(await heldBy(direct, 'alice')).toEqual(IDS)
        await direct.xack(KEY, GROUP, ...IDS)
        const doubts = await doubtsOf(job.recordId)
        expect(doubts).toEqual([saying('from a snapshot of before')])
        await expect(sluice.undo(job)).rejects.toMatchObject({
          code: 'BAD_INPUT',
          data: { field: 'accepts' },
        })
        expect(await pendingOf(direct)).toEqual([])
        const { connectionId, api } = sluice
        const accepts = doubts.map(({ code }) => code)
        const undo = await sluice.finished(
          await api.recovery.undo({
            connectionId,
            recordId: job.recordId,
            accepts,
          }),
        )
        expect(undo).toMatchObject({ state: 'done', counts: { changed: 5 } })
      },
    )

    test.each([claimTo('bob'), deadLetter()])(
      'of after it: of $kind the data tell, and nothing is asked',
      async (action) => {
        const { direct, sluice } = world
        await seed(direct, { held: { alice: IDS }, idleMs: 60_000 })
        const job = await recover(action)
        await direct.save()
        await restarted()
        expect(await doubtsOf(job.recordId)).toEqual([])
        expect(await sluice.undo(job)).toMatchObject({
          state: 'done',
          counts: counts({ changed: 5 }),
        })
        expect(await heldBy(direct, 'alice')).toEqual(IDS)
      },
    )

    test('of before it: a log that was turned on since does not have it', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: IDS }, idleMs: 60_000 })
      await direct.save()
      const job = await recover(ack)
      await restarted()
      await direct.config('SET', 'appendonly', 'yes')
      await direct.xack(KEY, GROUP, ...IDS)
      expect(await doubtsOf(job.recordId)).toEqual([saying('from a snapshot of before')])
      await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      expect(await pendingOf(direct)).toEqual([])
    })
  })

  describe('a replica that was promoted', () => {
    const promoted = async (heardOfIt: boolean) => {
      const { direct, redis, sluice } = world
      const replica = await startRedis({ version: nameOf(redis) })
      try {
        const there = replica.client({ stringNumbers: true })
        await seed(direct, { held: { alice: IDS }, idleMs: 60_000 })
        await there.replicaof(redis.host, redis.port)
        await expect.poll(() => there.info('replication'), { timeout: 20_000 }).toContain('master_link_status:up')
        const job = heardOfIt ? await recover(ack) : null
        // WAIT waits for what this client wrote.
        if (heardOfIt) await direct.set('after', 'it')
        expect(await direct.wait(1, 20_000)).toBe('1')
        await there.replicaof('NO', 'ONE')
        const { recordId } = job ?? (await recover(ack))
        await there.xack(KEY, GROUP, ...IDS)
        const { id } = await sluice.api.connection.save({
          profile: replica.connection({ name: 'promoted' }),
        })
        await sluice.api.connection.open({ connectionId: id })
        return await doubtsOf(recordId, id)
      } finally {
        await replica.stop()
      }
    }

    test('before it was done asks first', async () => {
      expect(await promoted(false)).toEqual([saying('it may never have heard of it')])
    })

    test('after it was done asks nothing', async () => {
      expect(await promoted(true)).toEqual([])
    })
  })

  test('a server that began a new history, as its last replica left long ago, is not asked about', async () => {
    const { direct, redis, sluice } = world
    // Another test may have made it follow one, or set its counts back.
    await redis.restart()
    await expect.poll(() => direct.ping().catch(() => null), { timeout: 20_000 }).toBe('PONG')
    await isOpen(sluice)
    const replica = await startRedis({ version: nameOf(redis) })
    try {
      const there = replica.client({ stringNumbers: true })
      const historyOf = async (): Promise<string | undefined> =>
        /master_replid:(\w+)/.exec(await direct.info('replication'))?.[1]
      await direct.config('SET', 'repl-backlog-ttl', '1')
      await seed(direct, { held: { alice: IDS }, idleMs: 60_000 })
      const job = await recover(ack)
      await there.replicaof(redis.host, redis.port)
      await expect.poll(() => there.info('replication'), { timeout: 20_000 }).toContain('master_link_status:up')
      const together = await historyOf()
      expect(await doubtsOf(job.recordId)).toEqual([])
      await there.replicaof('NO', 'ONE')
      await expect.poll(historyOf, { timeout: 30_000 }).not.toBe(together)
      expect(await doubtsOf(job.recordId)).toEqual([])
    } finally {
      await replica.stop()
    }
  })

  test('a server that followed another one meanwhile, which had never heard of it, asks first', async () => {
    const { direct, redis, sluice } = world
    const other = await startRedis({ version: nameOf(redis) })
    try {
      const there = other.client({ stringNumbers: true })
      const isSynced = (client: typeof there) =>
        expect.poll(() => client.info('replication'), { timeout: 20_000 }).toContain('master_link_status:up')
      await seed(direct, { held: { alice: IDS }, idleMs: 60_000 })
      await there.replicaof(redis.host, redis.port)
      await isSynced(there)
      await there.replicaof('NO', 'ONE')
      const job = await recover(ack)
      // It has gone on for longer by itself: then all of it is taken over.
      await there.set('filler', 'x'.repeat(100_000))
      await direct.replicaof(other.host, other.port)
      await isSynced(direct)
      expect(await heldBy(direct, 'alice')).toEqual(IDS)
      await direct.replicaof('NO', 'ONE')
      await direct.xack(KEY, GROUP, ...IDS)
      expect(await doubtsOf(job.recordId)).toEqual([saying('followed another one meanwhile')])
      // An hour later it has forgotten whose history that was.
      const isForgotten = async () => /master_replid2:0+\r/.test(await direct.info('replication'))
      expect(await isForgotten()).toBe(false)
      await direct.config('SET', 'repl-backlog-ttl', '1')
      await expect.poll(isForgotten, { timeout: 30_000 }).toBe(true)
      await direct.config('RESETSTAT')
      expect(await doubtsOf(job.recordId)).toEqual([saying('followed another one meanwhile')])
      await expect(sluice.undo(job)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field: 'accepts' } })
      expect(await pendingOf(direct)).toEqual([])
    } finally {
      await direct.replicaof('NO', 'ONE')
      await other.stop()
    }
  })
})
