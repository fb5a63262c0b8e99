import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import type { ClientChange, OwnedClient } from '../../../electron/redis/client'
import { addEntry } from '../../../electron/redis/xadd'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients, type SluiceTarget } from '../../helpers/sluice-client'

const KEY = Buffer.from('orders')
const DB = 5
const clients = useSluiceClients()
let redis: TestRedis
let direct: Redis
let proxy: FaultProxy
let throughProxy: SluiceTarget

beforeAll(async () => {
  redis = await startRedis()
  direct = redis.client({ db: DB })
})
afterAll(() => redis.stop())
beforeEach(async () => {
  await direct.flushall()
  proxy = await startFaultProxy(redis)
  const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
  throughProxy = { connection: (changes) => redis.connection({ endpoint, ...changes }) }
})
afterEach(() => proxy.stop())

const add = (client: OwnedClient) =>
  addEntry(clients.writer(client), KEY, '*', [Buffer.from('n'), Buffer.from('1')], { create: true })
function nextChange(client: OwnedClient, state: ClientChange['state']): Promise<ClientChange> {
  return new Promise((resolve) => client.onChange((change) => change.state === state && resolve(change)))
}

describe('a connection that is made anew', () => {
  test('is not used on database 0 where SELECT is refused: it is made again until it is not', async () => {
    const client = await clients.open(throughProxy, { profile: { db: DB } })
    const lost = nextChange(client, 'lost')
    const changes: string[] = []
    client.onChange(({ state }) => {
      changes.push(state)
      // Whoever waits for the connection writes as soon as it is told to be there.
      if (state === 'ready') void add(client).catch(() => undefined)
    })
    const refused = proxy.fault('SELECT', { kind: 'answer', reply: '-ERR DB index is out of range\r\n' }, 2)
    const back = nextChange(client, 'ready')
    proxy.cut()
    await lost
    await refused
    expect(client.isReady()).toBe(false)
    await expect(add(client)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await back
    await expect.poll(() => direct.xlen('orders')).toBe(1)
    expect(changes.filter((state) => state === 'ready')).toHaveLength(1)
    expect(await redis.client().xlen('orders')).toBe(0)
  })
})

describe('a connection of which the reply to a write was lost', () => {
  /** Sends a write whose reply is lost, and that may still arrive; the connection is back then. Gives the id it was known by. */
  async function withLostWrite(client: OwnedClient): Promise<string> {
    await client.fence()
    const [line = ''] = (await redis.cli('CLIENT', 'LIST')).split('\n').filter((each) => each.includes('name=sluice'))
    const back = nextChange(client, 'ready')
    void proxy.fault('XADD', { kind: 'cut-and-keep' })
    await expect(add(client)).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' })
    await back
    return /\bid=(\d+)/.exec(line)?.[1] ?? ''
  }
  const listed = async (id: string) => (await redis.cli('CLIENT', 'LIST')).includes(`id=${id} `)

  test('is ended, and what was kept on its way is not carried out', async () => {
    const client = await clients.open(throughProxy, { profile: { db: DB } })
    const id = await withLostWrite(client)
    expect([client.isFenced(), await listed(id)]).toEqual([false, true])
    await client.fence()
    expect([client.isFenced(), await listed(id)]).toEqual([true, false])
    await proxy.deliver()
    expect(await direct.xlen('orders')).toBe(0)
  })

  test('is not taken for ended where a proxy answers CLIENT ID for both with the same', async () => {
    const client = await clients.open(throughProxy, { profile: { db: DB } })
    const id = await withLostWrite(client)
    void proxy.fault(([name, what]) => name === 'CLIENT' && what === 'ID', {
      kind: 'replace-reply',
      reply: `:${id}\r\n`,
    })
    const kills = () => proxy.commands.filter((name) => name === 'CLIENT').length
    const before = kills()
    await client.fence()
    expect(client.isFenced()).toBe(false)
    // CLIENT ID, and no CLIENT KILL of what would be its own.
    expect(kills()).toBe(before + 1)
    expect(await listed(id)).toBe(true)
    // It may still be carried out, as it was said.
    await proxy.deliver()
    expect(await direct.xlen('orders')).toBe(1)
    await client.fence()
  })

  test('is not taken for ended by a replica, whose primary may be sent it late', async () => {
    const client = await clients.open(throughProxy, { profile: { db: DB } })
    await withLostWrite(client)
    const about = `role:slave\r\nrun_id:${'a'.repeat(40)}\r\n`
    void proxy.fault('INFO', { kind: 'replace-reply', reply: `$${about.length}\r\n${about}\r\n` })
    await client.fence()
    expect(client.isFenced()).toBe(false)
    await client.fence()
    expect(client.isFenced()).toBe(true)
  })

  test.each([
    ['CLIENT ID', ([name, what]: readonly string[]) => name === 'CLIENT' && what === 'ID'],
    ['CLIENT KILL', ([name, what]: readonly string[]) => name === 'CLIENT' && what === 'KILL'],
    ['INFO', ([name]: readonly string[]) => name === 'INFO'],
  ] as const)('is not taken for ended where %s is refused', async (_what, match) => {
    const client = await clients.open(throughProxy, { profile: { db: DB } })
    await withLostWrite(client)
    void proxy.fault(match, { kind: 'answer', reply: '-NOPERM no permissions\r\n' })
    await client.fence()
    expect(client.isFenced()).toBe(false)
    await client.fence()
    expect(client.isFenced()).toBe(true)
  })
})
