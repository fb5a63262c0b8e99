import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { isAppError } from '../../../shared/error'
import type { OwnedClient } from '../../../electron/redis/client'
import type { WriteLine } from '../../../electron/redis/reader-writer'
import { asId } from '../../../electron/redis/reply'
import { onEachServer } from '../../helpers/on-each-server'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { startRedis, withRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

const KEY = Buffer.from([0x6b, 0xff, 0x00, 0x0d, 0x0a])
const clients = useSluiceClients()
const add = (key: Buffer | string = KEY, id = '*'): WriteLine => ['XADD', key, id, Buffer.from([0xfe]), KEY]

onEachServer('MULTI on %s', (version) => {
  let redis: TestRedis
  let proxy: FaultProxy
  beforeAll(async () => {
    redis = await startRedis({ version })
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await redis.cli('FLUSHALL')
    await redis.cli('SET', 'text', 'x')
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all')
    proxy = await startFaultProxy(redis)
  })
  afterEach(() => proxy.stop())

  const open = (username = '', options: { readonly commandTimeoutMs?: number } = {}): Promise<OwnedClient> =>
    clients.open(redis, {
      ...options,
      profile: { username, endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } },
      password: username ? 'pw' : null,
    })
  const transaction = (client: OwnedClient, ...lines: readonly WriteLine[]) => clients.writer(client).transaction(lines)
  const lengthOf = (client: OwnedClient, key: Buffer | string = KEY) => client.reader.call('XLEN', key)

  test('gives each command its reply, byte for byte and count for count', async () => {
    const client = await open()
    const id = '18446744073709551615-18446744073709551615'
    const replies = await transaction(
      client,
      add(KEY, id),
      ['XGROUP', 'CREATE', KEY, KEY, '0'],
      ['XCLAIM', KEY, KEY, KEY, 0, id, 'FORCE'],
      ['XACK', KEY, KEY, id],
    )
    const [added, created, claimed, acked] = replies
    expect([isAppError(added) ? added : asId(added), String(created), acked]).toEqual([id, 'OK', '1'])
    expect(claimed).toEqual([[Buffer.from(id), [Buffer.from([0xfe]), KEY]]])
  })

  test('nothing of others comes between, though they share the connection', async () => {
    const client = await open()
    await transaction(client, add())
    const seen = proxy.commands.length
    const others = () => Array.from({ length: 20 }, () => client.reader.call('PING'))
    await Promise.all([...others(), transaction(client, add(), add()), ...others(), transaction(client, add())])
    const names = proxy.commands.slice(seen).join(' ')
    expect(names).toContain('MULTI XADD XADD EXEC')
    expect(names).toContain('MULTI XADD EXEC')
    expect(await lengthOf(client)).toBe('4')
  })

  test('a command that fails while it runs is an error in its place; those around it ran', async () => {
    const client = await open()
    const [first, wrong, last] = await transaction(client, add(), add('text'), add())
    expect([isAppError(first), isAppError(last)]).toEqual([false, false])
    expect(wrong).toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE', command: 'XADD', key: 'text' } })
    expect(await lengthOf(client)).toBe('2')
  })

  test('a command that is refused beforehand is the error, and nothing ran', async () => {
    const client = await open()
    const refused = transaction(client, add(), ['XACK', KEY], ['XTRIM', KEY])
    await expect(refused).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'ERR', command: 'XACK' } })
    expect(await lengthOf(client)).toBe('0')
    await transaction(client, add())
    expect(await lengthOf(client)).toBe('1')
  })

  test('a command that the user may not run is the error, and nothing ran', async () => {
    await redis.cli('ACL', 'SETUSER', 'lim', '-xack')
    const client = await open('lim')
    const refused = transaction(client, add(), ['XACK', KEY, 'g', '1-1'])
    await expect(refused).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'NOPERM', command: 'XACK' } })
    expect(await lengthOf(client)).toBe('0')
  })

  test('no memory: nothing ran, and OOM is what is told', async () => {
    const client = await open()
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    try {
      const refused = transaction(client, ['XACK', KEY, 'g', '1-1'], add())
      await expect(refused).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'OOM' } })
    } finally {
      await redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    }
    expect(await lengthOf(client)).toBe('0')
  })

  test.each(['multi', 'exec'])(
    'without the right to %s nothing is sent, and the connection stays usable',
    async (name) => {
      await redis.cli('ACL', 'SETUSER', 'lim', `-${name}`)
      const client = await open('lim')
      const both = await Promise.allSettled([transaction(client, add()), client.reader.call('PING')])
      expect(both[0]).toMatchObject({
        reason: { code: 'REDIS', data: { prefix: 'NOPERM', command: name.toUpperCase() } },
      })
      expect(both[1]).toMatchObject({ value: Buffer.from('PONG') })
      expect(proxy.commands).not.toContain('XADD')
      expect(await lengthOf(client)).toBe('0')
    },
  )

  test('a right to MULTI that is taken away later is an unknown outcome, not a success', async () => {
    const client = await open('lim')
    await transaction(client, add())
    await redis.cli('ACL', 'SETUSER', 'lim', '-multi')
    await expect(transaction(client, add())).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' })
  })

  test('a right to EXEC that is taken away later is its error, and nothing ran', async () => {
    const client = await open('lim')
    await transaction(client, add())
    await redis.cli('ACL', 'SETUSER', 'lim', '-exec')
    await expect(transaction(client, add())).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'NOPERM' } })
    await expect.poll(() => lengthOf(client).catch(() => null)).toBe('1')
  })

  test('a server that still waits for EXEC is left: the connection is made anew, and nothing ran', async () => {
    const client = await open()
    await transaction(client, add())
    void proxy.fault('EXEC', { kind: 'answer', reply: "-NOPERM no permissions to run the 'exec' command\r\n" })
    const back = new Promise((resolve) => client.onChange(({ state }) => state === 'ready' && resolve(state)))
    await expect(transaction(client, add())).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'NOPERM' } })
    await back
    expect(await lengthOf(client)).toBe('1')
  })

  test('READONLY on a replica, and nothing ran', () =>
    withRedis(
      async (replica) => {
        const client = await clients.open(replica)
        await expect(transaction(client, add())).rejects.toMatchObject({
          data: { prefix: 'READONLY', command: 'XADD' },
        })
        expect(await lengthOf(client)).toBe('0')
      },
      { version, config: [`replicaof ${redis.host} ${redis.port}`] },
    ))

  test('CROSSSLOT in a cluster, and nothing ran', () =>
    withRedis(
      async (node) => {
        await node.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
        await expect.poll(() => node.cli('CLUSTER', 'INFO'), { timeout: 30_000 }).toContain('cluster_state:ok')
        const client = await clients.open(node)
        await expect(transaction(client, add('a'), add('b'))).rejects.toMatchObject({ data: { prefix: 'CROSSSLOT' } })
        expect([await lengthOf(client, 'a'), await lengthOf(client, 'b')]).toEqual(['0', '0'])
      },
      { version, config: ['cluster-enabled yes'] },
    ))

  test.each(['cut-before-reply', 'cut-before-forward'] as const)(
    '%s of EXEC is one unknown outcome, and it is not sent again',
    async (kind) => {
      const client = await open()
      await transaction(client, add())
      const back = new Promise((resolve) => client.onChange(({ state }) => state === 'ready' && resolve(state)))
      void proxy.fault('EXEC', { kind })
      await expect(transaction(client, add(), add())).rejects.toMatchObject({
        code: 'UNKNOWN_OUTCOME',
        data: { command: 'MULTI XADD' },
      })
      await back
      expect(await lengthOf(client)).toBe(kind === 'cut-before-reply' ? '3' : '1')
      expect(proxy.commands.filter((name) => name === 'XADD')).toHaveLength(3)
    },
  )

  test('a connection that is cut among the commands is one unknown outcome; the server runs none', async () => {
    const client = await open()
    await transaction(client, add())
    void proxy.fault((args) => args[1] === 'second', { kind: 'cut-before-forward' })
    await expect(transaction(client, add(), add('second'), add())).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' })
    await expect.poll(() => redis.cli('CLIENT', 'LIST')).not.toContain('multi=1')
    expect(await redis.cli('EXISTS', 'second')).toBe('0')
    await expect.poll(() => lengthOf(client).catch(() => null)).toBe('1')
  })

  test('a reply of EXEC that is cut in the middle is an unknown outcome', async () => {
    const client = await open()
    await transaction(client, add())
    void proxy.fault('EXEC', { kind: 'cut-in-reply', bytes: 12 })
    await expect(transaction(client, add(), add())).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' })
  })

  test('a reply that comes too late is an unknown outcome, and is taken for nobody else’s', async () => {
    const client = await open('', { commandTimeoutMs: 200 })
    await transaction(client, add())
    void proxy.fault('EXEC', { kind: 'delay', ms: 500 })
    await expect(transaction(client, add())).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' })
    await expect.poll(() => lengthOf(client).catch(() => null)).toBe('2')
  })

  test('offline it is refused at once as certainly not carried out', async () => {
    const client = await open()
    await transaction(client, add())
    const lost = new Promise((resolve) => client.onChange(({ state }) => state === 'lost' && resolve(state)))
    proxy.refuse()
    proxy.cut()
    await lost
    await expect(transaction(client, add())).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  test('a connection lost before anything was sent is no unknown outcome', async () => {
    const client = await open()
    void proxy.fault('EXEC', { kind: 'cut-before-reply' })
    await expect(transaction(client, add())).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(proxy.commands).not.toContain('XADD')
  })

  test('none and too many commands, and those that do not write, are refused unsent', async () => {
    const client = await open()
    await expect(transaction(client)).rejects.toThrow(RangeError)
    await expect(transaction(client, ...Array.from({ length: 101 }, () => add()))).rejects.toThrow(RangeError)
    await expect(transaction(client, add(), ['FLUSHALL'] as unknown as WriteLine)).rejects.toThrow(
      'not a known command',
    )
    expect(proxy.commands).not.toContain('MULTI')
    expect(await transaction(client, ...Array.from({ length: 100 }, () => add()))).toHaveLength(100)
  })
})

test.each([
  ['-EXECABORT Transaction discarded because of: OOM command not allowed.\r\n', 'OOM', 'OOM command not allowed.'],
  ['-EXECABORT Transaction discarded because of previous errors.\r\n', 'EXECABORT', 'EXECABORT Transaction'],
  ['-MOVED 3999 127.0.0.1:6381\r\n', 'MOVED', 'MOVED 3999'],
])('EXEC answers %j', async (reply, prefix, text) => {
  await withRedis(async (redis) => {
    const proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const client = await clients.open(redis, { profile: { endpoint } })
    const writer = clients.writer(client)
    await writer.transaction([add()])
    void proxy.fault('EXEC', { kind: 'answer', reply })
    await expect(writer.transaction([add()])).rejects.toMatchObject({
      code: 'REDIS',
      data: { prefix, command: 'MULTI XADD' },
      message: expect.stringContaining(text) as string,
    })
    await proxy.stop()
  })
})

test.each(['*-1\r\n', '*0\r\n', ':1\r\n', '_\r\n'])('EXEC answers %j, which is no answer', async (reply) => {
  await withRedis(async (redis) => {
    const proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const writer = clients.writer(await clients.open(redis, { profile: { endpoint } }))
    await writer.transaction([add()])
    void proxy.fault('EXEC', { kind: 'replace-reply', reply })
    await expect(writer.transaction([add()])).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' })
    await proxy.stop()
  })
})
