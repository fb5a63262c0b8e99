import { createRouterClient } from '@orpc/server'
import { expect, test } from 'vitest'
import { onEachServer } from '../../helpers/on-each-server'
import { createTestBackend } from '../../helpers/test-backend'
import { planClaim, useBackend, type Api } from './backend-kit'
import { AS_ADMIN } from '../../helpers/callers'

const PLACE = { key: 'orders', group: 'billing' } as const

// XCLAIM makes its target look as if it had just been there. Nobody is told that it lives because Sluice gave it something.
onEachServer('on %s', (version) => {
  const kit = useBackend({ version })

  /** `alice` holds three, `bob` is there; both silent for longer than the threshold. */
  async function silent(): Promise<string> {
    const { direct, api } = kit
    for (let n = 1; n <= 6; n += 1) await direct.xadd('orders', `${n}-0`, 'n', n)
    await direct.xgroup('CREATE', 'orders', 'billing', '0')
    await read('bob', 1)
    await direct.xack('orders', 'billing', '1-0')
    await read('alice', 3)
    const connectionId = await kit.connect()
    await api.host.saveSettings({ stalledAfterMs: 1_000 })
    await expect.poll(() => health(connectionId)).toEqual({ alice: 'stalled', bob: 'idle' })
    return connectionId
  }
  const read = (consumer: string, count: number) =>
    kit.direct.xreadgroup('GROUP', 'billing', consumer, 'COUNT', count, 'STREAMS', 'orders', '>')
  async function health(connectionId: string, api: Api = kit.api): Promise<Readonly<Record<string, string>>> {
    const consumers = await api.group.consumers({ ...PLACE, connectionId })
    return Object.fromEntries(consumers.map(({ name, health: of }) => [name as string, of]))
  }
  async function claim(connectionId: string, from: string, to: string): Promise<string> {
    const plan = await planClaim(kit.api, connectionId, 'orders', from, to)
    const job = await kit.finished(await kit.api.recovery.run({ ...PLACE, connectionId, planId: plan.id }))
    expect(job.state).toBe('done')
    return job.recordId
  }
  async function undo(connectionId: string, recordId: string): Promise<void> {
    const job = await kit.finished(await kit.api.recovery.undo({ ...PLACE, connectionId, recordId }))
    expect(job).toMatchObject({ state: 'done', counts: { changed: 3 } })
  }

  test('who is given entries is as dead as before, and so is who gets them back', async () => {
    const connectionId = await silent()
    const recordId = await claim(connectionId, 'alice', 'bob')
    expect(await health(connectionId)).toEqual({ alice: 'idle', bob: 'stalled' })
    await undo(connectionId, recordId)
    expect(await health(connectionId)).toEqual({ alice: 'stalled', bob: 'idle' })
    const [alice] = await kit.api.group.consumers({ ...PLACE, connectionId })
    expect(alice?.idleMs).toBeGreaterThan(1_000)
  })

  test('given again and again, what they had shown by themselves is still known', async () => {
    const connectionId = await silent()
    await claim(connectionId, 'alice', 'bob')
    await claim(connectionId, 'bob', 'alice')
    await claim(connectionId, 'alice', 'bob')
    expect(await health(connectionId)).toEqual({ alice: 'idle', bob: 'stalled' })
  })

  test('the first screen counts nobody as active for it', async () => {
    const connectionId = await silent()
    await claim(connectionId, 'alice', 'bob')
    const [stream] = await kit.api.stream.summaries({ connectionId, keys: ['orders'] })
    expect(stream?.groups[0]).toMatchObject({ active: 0, stalled: 1, stalledPending: 3 })
  })

  test('who asks for entries itself is alive', async () => {
    const connectionId = await silent()
    await claim(connectionId, 'alice', 'bob')
    // Within milliseconds after it was given something, that can't be told apart.
    await expect
      .poll(async () => {
        await kit.direct.xadd('orders', '*', 'n', 0)
        await read('bob', 1)
        return health(connectionId)
      })
      .toEqual({ alice: 'idle', bob: 'active' })
  })

  test('one that did not exist before has no other sign, and is taken at its word', async () => {
    const connectionId = await silent()
    await claim(connectionId, 'alice', 'carol')
    expect(await health(connectionId)).toEqual({ alice: 'idle', bob: 'idle', carol: 'active' })
  })

  test('a plan knows it, too: who was only given something is no living target', async () => {
    const connectionId = await silent()
    await claim(connectionId, 'alice', 'bob')
    const plan = await planClaim(kit.api, connectionId, 'orders', 'bob', 'bob')
    expect(plan.warnings).toContain('target-stalled')
  })

  test('another process knows it from the journal', async () => {
    const connectionId = await silent()
    await claim(connectionId, 'alice', 'bob')
    const other = await createTestBackend(kit.dataDir)
    try {
      const api: Api = createRouterClient(other.router, { context: AS_ADMIN })
      await api.connection.open({ connectionId })
      expect(await health(connectionId, api)).toEqual({ alice: 'idle', bob: 'stalled' })
    } finally {
      await other.close()
    }
  })

  test('where XINFO CONSUMERS is refused to the job, it is done all the same', async () => {
    const connectionId = await silent()
    const plan = await planClaim(kit.api, connectionId, 'orders', 'alice', 'bob')
    await kit.direct.call('ACL', 'SETUSER', 'default', '-xinfo|consumers')
    try {
      const job = await kit.finished(await kit.api.recovery.run({ ...PLACE, connectionId, planId: plan.id }))
      expect(job).toMatchObject({ state: 'done', counts: { changed: 3 } })
    } finally {
      await kit.direct.call('ACL', 'SETUSER', 'default', '+xinfo|consumers')
    }
  })
})
