import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { openSluice, type Sluice } from '../recovery/recovery-kit'
import { sentence } from '../../../../shared/words/messages'

/** What a server before 6.2 says: it takes the word for the id. */
const OLD = '-ERR Invalid stream ID specified as stream command argument\r\n'
const KEY = 'orders'

let redis: TestRedis
let direct: Redis
let proxy: FaultProxy
let sluice: Sluice
beforeAll(async () => {
  redis = await startRedis()
  direct = redis.client()
  proxy = await startFaultProxy(redis)
  void proxy.fault(([, , word]) => word === 'NOMKSTREAM', { kind: 'answer', reply: OLD }, Infinity)
  sluice = await openSluice(redis.connection({ endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } }))
})
afterAll(async () => {
  await sluice.stop()
  await proxy.stop()
  await redis.stop()
})
beforeEach(() => direct.flushall())

const add = (create: boolean): Promise<{ id: string }> => {
  const fields: [string, string][] = [['name', 'value']]
  return sluice.api.entry.add({ connectionId: sluice.connectionId, key: KEY, id: '*', fields, create })
}
async function told(): Promise<string | undefined> {
  const { records } = await sluice.api.journal.list({ count: 1 })
  return records[0] && sentence(records[0].summary)
}

describe('adding to a stream on a server without NOMKSTREAM', () => {
  test('adds where the stream is there, and the journal says that it looked first', async () => {
    await direct.xadd(KEY, '1-0', 'a', 'b')
    const { id } = await add(false)
    expect(await direct.xrange(KEY, '-', '+')).toEqual([
      ['1-0', ['a', 'b']],
      [id, ['name', 'value']],
    ])
    expect(await told()).toContain('no NOMKSTREAM')
  })

  test('makes none where there is none', async () => {
    await expect(add(false)).rejects.toMatchObject({ code: 'NOT_FOUND', data: { what: 'stream', name: KEY } })
    expect(await direct.exists(KEY)).toBe(0)
  })

  test('leaves a key of another kind to the server to refuse', async () => {
    await direct.set(KEY, 'text')
    await expect(add(false)).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE' } })
    expect(await direct.get(KEY)).toBe('text')
  })

  test('makes one where that is asked for, without a look', async () => {
    const { id } = await add(true)
    expect(await direct.xrange(KEY, '-', '+')).toEqual([[id, ['name', 'value']]])
    expect(await told()).toBe('add entry *')
  })

  test('adds nothing where nobody can tell whether it is there', async () => {
    await direct.xadd(KEY, '1-0', 'a', 'b')
    void proxy.fault('TYPE', { kind: 'answer', reply: '-NOPERM this user has no permissions\r\n' })
    await expect(add(false)).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'NOPERM' } })
    expect(await direct.xlen(KEY)).toBe(1)
  })
})
