import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { deadLetter } from './copy-kit'
import { ack, claimTo, GROUP, idsFrom, KEY, ofAll, ofConsumer, onEveryServer, seed, type World } from './recovery-kit'
import { openAs } from './limited-user'

const requeue = (stream: string | null = null): RecoveryAction => ({ kind: 'requeue', stream, provenance: true })
const exact = (value: number) => ({ value, certainty: 'exact' })
const atMost = (value: number) => ({ value, certainty: 'atMost' })
const NONE = { pending: exact(0), unread: exact(0) }

async function readBy(direct: Redis, group: string, count: number, key = KEY): Promise<void> {
  await direct.call('XREADGROUP', 'GROUP', group, 'eve', 'COUNT', count, 'NOACK', 'STREAMS', key, '>')
}

async function waitingFor(direct: Redis, group: string): Promise<number> {
  const reply = (await direct.xreadgroup('GROUP', group, 'eve', 'STREAMS', KEY, '>')) as [string, unknown[]][] | null
  return reply?.[0]?.[1].length ?? 0
}

onEveryServer((world: World) => {
  describe('a requeue to the same stream', () => {
    test('names every other group with what it gets anew, and what of it it had; and so it comes', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10) } })
      for (const group of ['g2', 'half', 'late']) await direct.xgroup('CREATE', KEY, group, '0')
      await readBy(direct, 'g2', 10)
      await readBy(direct, 'half', 4)
      const plan = await sluice.plan(ofConsumer('alice'), requeue())
      expect(plan.otherGroups).toEqual([
        { name: 'g2', ...NONE, gets: exact(10), had: atMost(10) },
        { name: 'half', ...NONE, gets: exact(10), had: atMost(4) },
        { name: 'late', ...NONE, gets: exact(10), had: exact(0) },
      ])
      expect(plan.warnings).toContain('others-get')
      await sluice.finished(await sluice.run(plan))
      expect([await waitingFor(direct, 'g2'), await waitingFor(direct, 'half')]).toEqual([10, 16])
    })

    test('of more than was read says at most', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 10_300) } })
      await direct.xgroup('CREATE', KEY, 'g2', '$')
      const { otherGroups } = await sluice.plan(ofConsumer('alice'), requeue())
      expect(otherGroups).toEqual([{ name: 'g2', ...NONE, gets: atMost(10_300), had: atMost(10_300) }])
    })

    test('leaves out what is gone from the stream, and says nothing where there is nothing to copy', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] } })
      await direct.xgroup('CREATE', KEY, 'g2', '$')
      await direct.xdel(KEY, '2-0', '9-0')
      const some = await sluice.plan(ofConsumer('alice'), requeue())
      expect(some.otherGroups).toMatchObject([{ name: 'g2', gets: exact(2), had: atMost(2) }])
      const none = await sluice.plan(ofConsumer('bob'), requeue())
      expect([none.otherGroups, none.warnings]).toEqual([[], ['gone-from-stream']])
    })

    test('names none where it is the only group', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 3) } })
      const { otherGroups, warnings } = await world.sluice.plan(ofConsumer('alice'), requeue())
      expect([otherGroups, warnings]).toEqual([[], ['consumer-active']])
    })
  })

  test.each([
    ['requeue to another stream', requeue('other'), 'other'],
    ['dead-letter', deadLetter(), `${KEY}:dead`],
  ] as const)('a %s names the groups of that stream, and none of its own', async (_what, action, target) => {
    const { direct, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 3) } })
    await direct.xgroup('CREATE', KEY, 'audit', '0')
    await direct.xgroup('CREATE', target, GROUP, '$', 'MKSTREAM')
    const { otherGroups, warnings } = await sluice.plan(ofConsumer('alice'), action)
    expect(otherGroups).toEqual([{ name: GROUP, stream: target, ...NONE, gets: exact(3) }])
    expect(warnings).not.toContain('others-get')
  })

  test('where the groups of that stream may not be read, nothing is planned, as it is told by the server', async () => {
    const { direct } = world
    await seed(direct, { held: { alice: idsFrom(1, 3) } })
    await direct.xgroup('CREATE', 'other', 'g', '$', 'MKSTREAM')
    const sluice = await openAs(
      world,
      '-@all',
      '+@read',
      '+@write',
      '+@connection',
      '+eval',
      '+info',
      `resetkeys`,
      `~${KEY}*`,
    )
    try {
      await expect(sluice.plan(ofConsumer('alice'), requeue('other'))).rejects.toMatchObject({ code: 'REDIS' })
    } finally {
      await sluice.stop()
    }
  })

  test('a claim and an ack name none: other groups keep what they have', async () => {
    const { direct, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 3) } })
    await direct.xgroup('CREATE', KEY, 'audit', '0')
    const plans = [await sluice.plan(ofAll(), claimTo('bob')), await sluice.plan(ofAll(), ack)]
    expect(plans.map(({ otherGroups }) => otherGroups)).toEqual([[], []])
  })
})
