import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Backend } from '../../../electron/api/backend'
import type { Contract } from '../../../shared/contract'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { createMemoryLog } from '../../helpers/memory-log'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { createTestBackend } from '../../helpers/test-backend'
import { transports } from '../../helpers/transports'
import { GROUP, holdAt, idsFrom, KEY, seed } from '../services/recovery/recovery-kit'

let redis: TestRedis
let direct: Redis
beforeAll(async () => {
  redis = await startRedis()
  direct = redis.client()
  await seed(direct, { held: { alice: idsFrom(1, 4_000) } })
})
afterAll(() => redis.stop())

describe.each(transports)('a plan that is given up, over $name', ({ connect }) => {
  let proxy: FaultProxy
  let backend: Backend
  let dataDir: string
  let api: ContractRouterClient<Contract>
  let stop: () => Promise<void>
  let connectionId: string
  const memory = createMemoryLog()
  beforeEach(async () => {
    proxy = await startFaultProxy(redis)
    dataDir = mkdtempSync(join(tmpdir(), 'sluice-plans-'))
    backend = await createTestBackend(dataDir, memory)
    const connected = await connect(backend.router, memory.log)
    ;({ client: api, stop } = connected)
    const profile = redis.connection({ endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } })
    connectionId = (await api.connection.save({ profile })).id
    await api.connection.open({ connectionId })
  })
  afterEach(async () => {
    proxy.resume()
    await stop()
    await backend.close()
    await proxy.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  test.each([
    [
      'recovery.plan',
      'XPENDING',
      (signal: AbortSignal) => {
        const selection = { kind: 'matching' as const, criteria: {} }
        const asked = { connectionId, key: KEY, group: GROUP, selection, action: { kind: 'ack' as const } }
        return api.recovery.plan(asked, { signal })
      },
    ],
    [
      'trim.plan',
      'XRANGE',
      (signal: AbortSignal) => {
        const strategy = { kind: 'minid' as const, minid: '3900-0' }
        return api.trim.plan({ connectionId, key: KEY, strategy, approximate: false, limit: 1_000 }, { signal })
      },
    ],
  ])('%s: reads no further, and nothing is said to have failed', async (_name, command, plan) => {
    const abort = new AbortController()
    // Its pages are known by their COUNT: the host's own walk over the streams goes on beside it.
    const pages: string[] = []
    const held = holdAt(proxy, ([name, ...args]) => name === command && pages.push(args.at(-1) ?? '') > 0, 2)
    const later: string[] = []
    let isLater = false
    void proxy.fault(
      ([name, ...args]) => {
        if (isLater && name === command) later.push(args.at(-1) ?? '')
        return false
      },
      { kind: 'delay', ms: 0 },
    )
    const outcome = plan(abort.signal).then(
      () => 'planned',
      () => 'given up',
    )
    await held
    isLater = true
    abort.abort()
    await api.host.info() // by now the host has heard of it
    proxy.resume()
    expect(await outcome).toBe('given up')
    // Answered after the page that was held: what the plan would send next would have been sent by then.
    for (let n = 0; n < 2; n += 1) await api.group.consumers({ connectionId, key: KEY, group: GROUP })
    expect(later.filter((count) => count === pages.at(-1))).toEqual([])
    expect(memory.text()).not.toMatch(/failed/)
  })
})
