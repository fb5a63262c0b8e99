import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionStatus } from '../../../../shared/model/connection'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import {
  claimTo,
  counts,
  heldBy,
  holdAt,
  idsFrom,
  KEY,
  ofConsumer,
  openSluice,
  pendingOf,
  seed,
  type Sluice,
} from './recovery-kit'
import { isClaim } from '../../../helpers/is-claim'

// Each takes as long as Sluice waits for a reply: here a second, not 20. One server tells as much about that as five.
const timings = { commandTimeoutMs: 750, silenceMs: 1_000 }

let redis: TestRedis
let direct: Redis
let proxy: FaultProxy
let sluice: Sluice
beforeEach(async () => {
  redis = await startRedis()
  direct = redis.client({ stringNumbers: true })
  proxy = await startFaultProxy(redis)
  const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
  sluice = await openSluice(redis.connection({ endpoint }), null, { timings })
  await seed(direct, { held: { alice: idsFrom(1, 30) } })
})
afterEach(async () => {
  redis.thaw()
  proxy.resume()
  await sluice.stop()
  await proxy.stop()
  await redis.stop()
})

async function untilIt(isSo: (state: ConnectionStatus['state']) => boolean): Promise<void> {
  const { connectionId } = sluice
  for await (const { state } of await sluice.api.connection.watch({ connectionId })) if (isSo(state)) return
}

describe('a reply that does not come', () => {
  test('because the network stands still: the claim is read back on a new connection, and undone', async () => {
    const before = await pendingOf(direct)
    const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
    const held = holdAt(proxy, isClaim)
    const running = await sluice.run(plan)
    await held
    await untilIt((state) => state === 'reconnecting')
    proxy.resume()
    const job = await sluice.finished(running)
    const unknown = { state: 'interrupted', error: { code: 'UNKNOWN_OUTCOME' } }
    expect(job).toMatchObject({ ...unknown, counts: counts({ changed: 30 }) })
    expect(await heldBy(direct, 'bob')).toHaveLength(30)
    expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
    expect(await pendingOf(direct)).toEqual(before)
  })

  test('because the server stands still: what it does later is read back all the same, and done once', async () => {
    const before = await pendingOf(direct)
    const plan = await sluice.plan(ofConsumer('alice'), claimTo('bob'))
    let sent = 0
    void proxy.fault(
      (args) => {
        if (!isClaim(args) || !args.includes(KEY)) return false
        if (sent === 0) redis.freeze()
        sent += 1
        return false
      },
      { kind: 'delay', ms: 0 },
    )
    const running = await sluice.run(plan)
    await untilIt((state) => state === 'reconnecting')
    redis.thaw()
    const job = await sluice.finished(running)
    expect(job).toMatchObject({ state: 'interrupted', counts: counts({ changed: 30 }) })
    expect(sent).toBe(1)
    expect(await sluice.undo(job)).toMatchObject({ state: 'done', counts: counts({ changed: 30 }) })
    expect(await pendingOf(direct)).toEqual(before)
  })
})
