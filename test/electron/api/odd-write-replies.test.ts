import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { seedStream, useBackend } from './backend-kit'

// The server did what it was told, and what it says of it makes no sense: that is no refusal. What became of it is read.
const kit = useBackend()
let proxy: FaultProxy
beforeAll(async () => {
  proxy = await startFaultProxy({ host: '127.0.0.1', port: kit.redis.port })
})
afterAll(() => proxy.stop())

const at = { key: 'orders', group: 'billing' }
let connectionId: string
beforeEach(async () => {
  await seedStream(kit.direct, at.key)
  connectionId = await kit.connect({ endpoint: { kind: 'tcp', host: '127.0.0.1', port: proxy.port } })
})

const selection = { kind: 'consumer', consumer: 'alice' } as const
const WRITES = new Set(['XACK', 'XCLAIM', 'EVAL', 'EVALSHA', 'XADD', 'XDEL', 'EXEC'])

describe.each(['+QUEUED\r\n', '*1\r\n+what\r\n', '$2\r\nxx\r\n'])('a reply %j to what was carried out', (reply) => {
  test.each([
    // Gone from the list may be by a consumer's ack as well.
    ['ack', { kind: 'ack' } as const, { changed: 0, unknown: 3 }],
    ['claim', { kind: 'claim', to: 'bob', includeGone: false } as const, { changed: 3, unknown: 0 }],
  ])('of %s is read back, and counted as what it is', async (_name, action, counts) => {
    const { id: planId } = await kit.api.recovery.plan({ connectionId, ...at, selection, action })
    let isStruck = true
    const isMeant = ([name = '']: readonly string[]): boolean => isStruck && WRITES.has(name.toUpperCase())
    void proxy.fault(isMeant, { kind: 'replace-reply', reply }, 1e9)
    const job = await kit.finished(await kit.api.recovery.run({ connectionId, ...at, planId }))
    isStruck = false
    expect(job.counts).toMatchObject(counts)
    expect(kit.logged()).not.toContain('"level":50')
    const held = await kit.direct.xpending(at.key, at.group, '-', '+', 10, 'alice')
    expect(held).toEqual([])
  })
})
