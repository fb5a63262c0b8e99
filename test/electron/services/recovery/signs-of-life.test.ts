import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { nameKey } from '../../../../electron/redis/bytes'
import { parseWaiting } from '../../../../electron/redis/waiting-clients'
import { deadLetter } from './copy-kit'
import { openAs } from './limited-user'
import {
  ack,
  callsOf,
  claimTo,
  GROUP,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  named,
  ofConsumer,
  onEveryServer,
  seed,
  spreadOver,
  type World,
} from './recovery-kit'

/** A worker that waits for new entries without an end, until it is ended; `name`: as CLIENT SETNAME tells it. */
async function waitingWorker({ redis, direct }: World, consumer: string, name: string | null): Promise<Redis> {
  const worker = redis.client()
  if (name !== null) await worker.client('SETNAME', name)
  void worker.xreadgroup('GROUP', GROUP, consumer, 'BLOCK', 0, 'STREAMS', KEY, '>').catch(() => undefined)
  await expect.poll(async () => (await direct.info('clients')).includes('blocked_clients:1')).toBe(true)
  return worker
}

onEveryServer((world) => {
  /** alice holds all and is gone; bob is there. All look stalled soon. */
  async function quietGroup(): Promise<void> {
    const { direct, sluice } = world
    await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] } })
    await direct.xgroup('CREATECONSUMER', KEY, GROUP, 'calm')
    await sluice.api.host.saveSettings({ stalledAfterMs: 1_000 })
  }
  const warnings = async () => (await world.sluice.plan(ofConsumer('alice'), claimTo('bob'))).warnings

  describe('a worker that waits on a quiet stream', () => {
    test('is no corpse where a client of its name waits in XREADGROUP', async () => {
      await quietGroup()
      await expect.poll(warnings, { timeout: 20_000 }).toEqual(['target-stalled'])
      const worker = await waitingWorker(world, 'bob', 'bob')
      try {
        // Its XREADGROUP counted as a sign of life: until that is long ago.
        const idle = async () => Number(((await world.direct.xinfo('CONSUMERS', KEY, GROUP)) as string[][])[1]?.[5])
        await expect.poll(idle, { timeout: 20_000 }).toBeGreaterThan(1_500)
        expect(await warnings()).toEqual([])
        const { action } = await world.sluice.plan(ofConsumer('alice'), claimTo(null))
        expect(action).toMatchObject({ to: 'bob' })
      } finally {
        worker.disconnect()
      }
    })

    test('may be any of them where its client has no name', async () => {
      await quietGroup()
      const worker = await waitingWorker(world, 'bob', null)
      try {
        await expect.poll(warnings, { timeout: 20_000 }).toEqual(['target-may-wait'])
      } finally {
        worker.disconnect()
      }
    })

    test('can’t be told where clients may not be listed, and that is asked for once per connection', async () => {
      await quietGroup()
      const worker = await waitingWorker(world, 'bob', 'bob')
      const sluice = await openAs(world, '-client|list')
      try {
        await sluice.api.host.saveSettings({ stalledAfterMs: 1_000 })
        const told = async () => (await sluice.plan(ofConsumer('alice'), claimTo('bob'))).warnings
        await expect.poll(told, { timeout: 20_000 }).toEqual(['target-stalled'])
        await told()
        const refusals = ((await world.direct.call('ACL', 'LOG')) as unknown[]).length
        expect(refusals).toBe(1)
      } finally {
        worker.disconnect()
        await sluice.stop()
      }
    })

    test('is not looked for while everybody looks alive', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] } })
      await warnings()
      expect(await callsOf(world.direct, 'client|list')).toBe(0)
    })
  })

  describe('a consumer that entries were moved away from', () => {
    const subject = () => ({ connectionId: world.sluice.connectionId, key: KEY, group: GROUP })
    const marked = async () =>
      (await world.sluice.api.group.consumers(subject())).filter(({ emptied }) => emptied).map(({ name }) => name)

    test('is never chosen by itself, and marked, until it is seen again', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { dead: idsFrom(1, 3), bob: ['9-0'] } })
      await sluice.recover(ofConsumer('dead'), claimTo('bob'))
      expect(await marked()).toEqual(['dead'])
      await expect(sluice.plan(ofConsumer('bob'), claimTo(null))).rejects.toMatchObject({
        code: 'BAD_INPUT',
        data: { problem: { code: 'recovery.others-emptied' } },
      })
      // By name it can be had.
      expect((await sluice.plan(ofConsumer('bob'), claimTo('dead'))).changes).toBe(4)
      const markedOnceRead = async () => {
        await direct.xadd(KEY, '*', 'n', '1')
        await direct.call('XREADGROUP', 'GROUP', GROUP, 'dead', 'STREAMS', KEY, '>')
        return marked()
      }
      await expect.poll(markedOnceRead, { timeout: 20_000 }).toEqual([])
      expect((await sluice.plan(ofConsumer('bob'), claimTo(null))).action).toMatchObject({ to: 'dead' })
      expect(await heldBy(direct, 'bob')).toHaveLength(4)
    })

    test.each([
      ['ack', ack, ['dead']],
      ['ack and delete', { kind: 'ackDelete', references: 'KEEPREF', keepBodies: false }, ['dead']],
      ['dead-letter', deadLetter(), ['dead']],
      ['requeue', { kind: 'requeue', stream: null, provenance: true }, ['dead']],
      ['spread', spreadOver(['bob', 'new']), ['dead']],
      // Given to it only to be acked.
      ['handle', { kind: 'handle', to: 'monitor', minIdleMs: 0, prefix: 'h:', idField: null }, ['dead', 'monitor']],
    ] as const satisfies readonly (readonly [string, RecoveryAction, readonly string[]])[])(
      'is marked whatever emptied it: %s',
      async (_, action, names) => {
        await seed(world.direct, { held: { dead: idsFrom(1, 3), bob: ['9-0'] } })
        await world.sluice.recover(ofConsumer('dead'), action)
        expect(await marked()).toEqual(names)
      },
    )

    test('is the target, once the claim is undone; the former holder holds them again', async () => {
      await seed(world.direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] } })
      const job = await world.sluice.recover(ofConsumer('alice'), claimTo('new'))
      expect(await marked()).toEqual(['alice'])
      await world.sluice.undo(job)
      expect(await marked()).toEqual(['new'])
      expect((await world.sluice.plan(ofConsumer('alice'), claimTo(null))).action).toMatchObject({ to: 'bob' })
    })

    test('may be one of a group that was to be destroyed, where that ended before', async () => {
      const { proxy, sluice } = world
      await seed(world.direct, { held: { alice: idsFrom(1, 600) } })
      await world.direct.xgroup('CREATECONSUMER', KEY, GROUP, 'calm')
      const plan = await sluice.api.group.planChange({ ...subject(), change: { kind: 'destroy group' } })
      const reached = holdAt(proxy, named('EVAL'))
      const running = await sluice.api.group.change({ ...subject(), planId: plan.id, confirmation: GROUP })
      await reached
      await sluice.api.job.cancel({ jobId: running.id })
      proxy.resume()
      expect(await sluice.finished(running)).toMatchObject({ state: 'cancelled' })
      expect([await marked(), (await heldBy(world.direct, 'alice')).length]).toEqual([['alice'], 100])
    })

    test('is as little known to live where an undo made it again', async () => {
      const { api, finished, undo } = world.sluice
      await seed(world.direct, { held: { alice: idsFrom(1, 3) } })
      await world.direct.xgroup('CREATECONSUMER', KEY, GROUP, 'dead')
      const remove = { kind: 'remove consumer' as const, consumer: 'dead' }
      const { id } = await api.group.planChange({ ...subject(), change: remove })
      const removed = await finished(await api.group.change({ ...subject(), planId: id, confirmation: 'dead' }))
      await undo(removed)
      expect(await marked()).toEqual(['dead'])
      const plan = await api.group.planChange({ ...subject(), change: { kind: 'destroy group' } })
      const destroyed = await finished(await api.group.change({ ...subject(), planId: plan.id, confirmation: GROUP }))
      await undo(destroyed)
      expect([await marked(), await heldBy(world.direct, 'alice')]).toEqual([['dead'], idsFrom(1, 3)])
    })

    test('lives where a client of its name waits in XREADGROUP', async () => {
      const { direct, sluice } = world
      await seed(direct, { held: { alice: idsFrom(1, 3), bob: ['9-0'] } })
      const worker = await waitingWorker(world, 'alice', 'alice')
      try {
        await sluice.recover(ofConsumer('alice'), claimTo('bob'))
        expect(await marked()).toEqual(['alice'])
        expect((await sluice.plan(ofConsumer('bob'), claimTo(null))).action).toMatchObject({ to: 'alice' })
        expect(await marked()).toEqual([])
      } finally {
        worker.disconnect()
      }
    })
  })
})

test.each([
  ['id=3 name=bob flags=b db=0 cmd=xreadgroup user=x', ['bob'], 1],
  ['id=3 name=zoë flags=b cmd=xreadgroup', ['zoë'], 1],
  ['id=3 name= flags=b cmd=xreadgroup', [], 1],
  ['id=3 name=bob flags=N cmd=xreadgroup', [], 0],
  ['id=3 name=bob flags=b cmd=xread', [], 0],
  ['id=3 name=bob flags=b cmd=blpop\nid=4 name=eve flags=xb cmd=xreadgroup\n', ['eve'], 1],
  ['', [], 0],
] as const)('of %j', (list, names, count) => {
  expect(parseWaiting(Buffer.from(list).toString('latin1'))).toEqual({ names: new Set(names.map(nameKey)), count })
})
