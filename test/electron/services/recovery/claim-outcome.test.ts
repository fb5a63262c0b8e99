import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { Job } from '../../../../shared/model/job'
import { ack, claimTo, GROUP, idsFrom, KEY, ofConsumer, onEveryServer, seed, spreadOver } from './recovery-kit'

onEveryServer((world) => {
  const outcomeOf = ({ recordId }: Job) =>
    world.sluice.api.recovery.outcome({ connectionId: world.sluice.connectionId, recordId })

  /** dead held seven, which are bob's now. */
  async function claimed(): Promise<Job> {
    await seed(world.direct, { held: { dead: idsFrom(1, 7), bob: ['9-0'] } })
    return world.sluice.recover(ofConsumer('dead'), claimTo('bob'))
  }
  /** bob takes a new entry, as a worker does that reads `>` only. */
  async function readsNew(consumer = 'bob'): Promise<void> {
    await world.direct.xadd(KEY, '*', 'n', 'new')
    await world.direct.call('XREADGROUP', 'GROUP', GROUP, consumer, 'STREAMS', KEY, '>')
  }

  describe('what became of a claim', () => {
    test('is nothing at first: a change of owner is not their end', async () => {
      const job = await claimed()
      expect(await outcomeOf(job)).toEqual({
        ...{
          watched: 7,
          more: 0,
          acked: 0,
          removed: 0,
          gone: 0,
          taken: 0,
          held: idsFrom(1, 7),
          to: 'bob',
          readsPast: false,
        },
      })
    })

    test('is told entry by entry: acked, taken up, or not touched', async () => {
      const { direct } = world
      const job = await claimed()
      // Its own list from the start: that counts as a delivery.
      await direct.call('XREADGROUP', 'GROUP', GROUP, 'bob', 'COUNT', 3, 'STREAMS', KEY, '0')
      await direct.xack(KEY, GROUP, '1-0', '2-0')
      await direct.xclaim(KEY, GROUP, 'eve', 0, '4-0', 'JUSTID')
      const outcome = await outcomeOf(job)
      expect(outcome).toMatchObject({ acked: 2, taken: 2, held: ['5-0', '6-0', '7-0'], readsPast: false })
    })

    test.each<[string, (direct: Redis) => Promise<unknown>]>([
      ['the consumer that had them is removed', (direct) => direct.xgroup('DELCONSUMER', KEY, GROUP, 'dead')],
      ['the group is set back', (direct) => direct.xgroup('SETID', KEY, GROUP, '0')],
      ['the entries are deleted after their ack was seen', (direct) => direct.xdel(KEY, '1-0', '2-0')],
    ])('stays an ack once %s', async (_, then) => {
      const { direct, sluice } = world
      await seed(direct, { held: { dead: idsFrom(1, 7) } })
      const job = await sluice.recover(ofConsumer('dead'), claimTo('bob'))
      await direct.xack(KEY, GROUP, '1-0', '2-0')
      expect(await outcomeOf(job)).toMatchObject({ acked: 2, removed: 0, gone: 0 })
      await then(direct)
      expect(await outcomeOf(job)).toMatchObject({ acked: 2, removed: 0, gone: 0, held: idsFrom(3, 5) })
    })

    test('is no ack where its target was removed: what it held then is lost', async () => {
      const { direct } = world
      const job = await claimed()
      await direct.xack(KEY, GROUP, '1-0')
      expect(await outcomeOf(job)).toMatchObject({ acked: 1, removed: 0 })
      await direct.xgroup('DELCONSUMER', KEY, GROUP, 'bob')
      expect(await outcomeOf(job)).toMatchObject({ acked: 1, removed: 6, taken: 0, held: [], readsPast: false })
      // A worker of that name is started again.
      await readsNew()
      expect(await outcomeOf(job)).toMatchObject({ acked: 1, removed: 6 })
    })

    test('is no ack where the stream was made anew', async () => {
      const { direct } = world
      const job = await claimed()
      await direct.del(KEY)
      await seed(direct, { held: { bob: ['1-0'] } })
      await direct.xack(KEY, GROUP, '1-0')
      expect(await outcomeOf(job)).toMatchObject({ acked: 0, removed: 7, gone: 0 })
    })

    test('is no ack where its target was made anew under its name, as far as the server tells who got entries (7.2+)', async () => {
      const { direct } = world
      const job = await claimed()
      await direct.xgroup('DELCONSUMER', KEY, GROUP, 'bob')
      await direct.call('XGROUP', 'CREATECONSUMER', KEY, GROUP, 'bob')
      const told = { taken: 0, held: [], readsPast: false }
      const tells = String(await direct.call('XINFO', 'CONSUMERS', KEY, GROUP)).includes('inactive')
      expect(await outcomeOf(job)).toMatchObject({ ...told, ...(tells ? { acked: 0, removed: 7 } : {}) })
    })

    test('is no ack where the group was made anew, with a consumer of that name', async () => {
      const { direct } = world
      const job = await claimed()
      await direct.xgroup('DESTROY', KEY, GROUP)
      await direct.xgroup('CREATE', KEY, GROUP, '$')
      await direct.call('XGROUP', 'CREATECONSUMER', KEY, GROUP, 'eve')
      await readsNew('eve')
      expect(await outcomeOf(job)).toMatchObject({ acked: 0, removed: 7, taken: 0 })
    })

    test('is no ack where the entries were deleted, and dropped by another claim', async () => {
      const { direct } = world
      const job = await claimed()
      await direct.xack(KEY, GROUP, '1-0')
      await direct.xdel(KEY, ...idsFrom(2, 6))
      await direct.call('XAUTOCLAIM', KEY, GROUP, 'eve', 0, '0')
      expect(await outcomeOf(job)).toMatchObject({ acked: 1, removed: 0, gone: 6 })
    })

    test('is that its target reads past them, once it was given new ones and touched none of these', async () => {
      const job = await claimed()
      const readsPast = async () => {
        await readsNew()
        return (await outcomeOf(job)).readsPast
      }
      await expect.poll(readsPast, { timeout: 20_000 }).toBe(true)
      await world.direct.xack(KEY, GROUP, '1-0')
      expect((await outcomeOf(job)).readsPast).toBe(false)
    })

    test('is not that while others read, or while nobody does', async () => {
      const job = await claimed()
      for (let n = 0; n < 20; n += 1) await readsNew('eve')
      const later = await outcomeOf(job)
      expect(later).toMatchObject({ readsPast: false, held: idsFrom(1, 7) })
    })

    test('of a spread has several targets; of many the first 200 are followed', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { dead: idsFrom(1, 730) } })
      const job = await sluice.recover(ofConsumer('dead'), spreadOver(['bob', 'eve']))
      const outcome = await outcomeOf(job)
      expect([outcome.watched, outcome.more, outcome.acked]).toEqual([200, 530, 0])
      await direct.xack(KEY, GROUP, ...idsFrom(1, 730))
      expect(await outcomeOf(job)).toMatchObject({ watched: 200, acked: 200, held: [] })
    })

    test('is nobody’s to tell of an ack, nor of a record that is not there', async () => {
      await claimed()
      const job = await world.sluice.recover(ofConsumer('bob'), ack)
      await expect(outcomeOf(job)).rejects.toMatchObject({ code: 'BAD_INPUT' })
      await expect(outcomeOf({ ...job, recordId: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('can’t be told of a group that is gone', async () => {
      const job = await claimed()
      await world.direct.xgroup('DESTROY', KEY, GROUP)
      await expect(outcomeOf(job)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })
  })
})
