import { describe, expect, test } from 'vitest'
import { ack, counts, GROUP, idsFrom, KEY, ofConsumer, onEveryServer, pendingOf, walked } from './recovery-kit'

const IDS = idsFrom(1, 10)
const KIB = 1024
/** In its midst a large one is not looked at: it is known by its ends, and how long it is. */
const bodyOf = (letter: string): string => letter.repeat(300 * KIB)

/** What was done is there after a restart. */
const LOGGED = { config: ['appendonly yes', 'appendfsync always'] }

/** Large entries, or those of which some are gone, are known again as well. */
onEveryServer((world) => {
  async function read(body: string): Promise<void> {
    for (const id of IDS) await world.direct.xadd(KEY, id, 'n', body)
    await world.direct.xgroup('CREATE', KEY, GROUP, '0')
    await world.direct.xreadgroup('GROUP', GROUP, 'alice', 'COUNT', IDS.length, 'STREAMS', KEY, '>')
  }
  const isBack = () =>
    world.sluice.api.stream.info({ connectionId: world.sluice.connectionId, key: KEY }).then(
      () => true,
      () => false,
    )
  async function restarted(): Promise<void> {
    await world.redis.restart({ keepData: true })
    await expect.poll(() => world.direct.ping().catch(() => null), { timeout: 20_000 }).toBe('PONG')
    await expect.poll(() => isBack(), { timeout: 20_000 }).toBe(true)
  }

  describe.each(['1', bodyOf('A')])('entries of about as much as %.4s', (body) => {
    test('are known after a restart, though the first, the last and the middle were deleted', async () => {
      const { direct, sluice } = world
      await read(body)
      const job = await sluice.recover(ofConsumer('alice'), ack)
      const gone = ['1-0', '4-0', '5-0', '6-0', '7-0', '10-0']
      await direct.xdel(KEY, ...gone)
      await restarted()
      const { connectionId, api } = sluice
      const { plan } = (await walked(api.recovery.planUndo({ connectionId, recordId: job.recordId }))).ready
      expect(plan.doubts ?? []).toEqual([])
      expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 4, gone: 6 }) })
    })

    test('are others under the same ids', async () => {
      const { direct, sluice } = world
      await read(body)
      const job = await sluice.recover(ofConsumer('alice'), ack)
      await direct.del(KEY)
      await read(body.replaceAll('A', 'B').replaceAll('1', '2'))
      await direct.xack(KEY, GROUP, ...IDS)
      await expect(sluice.undo(job)).rejects.toMatchObject({ data: { problem: { code: 'identity.stream-anew' } } })
      expect(await pendingOf(direct)).toEqual([])
    })
  })
}, LOGGED)
