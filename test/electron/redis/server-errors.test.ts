import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandLabel, READ_COMMANDS, WRITE_COMMANDS } from '../../../electron/redis/commands'
import type { OwnedClient } from '../../../electron/redis/client'
import { ack } from '../../../electron/redis/xack'
import { addEntry } from '../../../electron/redis/xadd'
import { claimJustId } from '../../../electron/redis/xclaim'
import { createGroup } from '../../../electron/redis/xgroup'
import { consumerInfos, groupInfos, streamInfo } from '../../../electron/redis/xinfo'
import { pendingRange, pendingSummary } from '../../../electron/redis/xpending'
import { range } from '../../../electron/redis/xrange'
import { trim } from '../../../electron/redis/xtrim'
import { onEachServer } from '../../helpers/on-each-server'
import { startFaultProxy } from '../../helpers/fault-proxy'
import { startRedis, withRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'
import { asksForStreamInfo } from '../../helpers/stream-info-command'
import { READING, WRITING } from './command-examples'

const KEY = Buffer.from('orders')
const GROUP = Buffer.from('billing')
const clients = useSluiceClients()
const redisError = (prefix: string, command?: string) => ({
  code: 'REDIS',
  data: { prefix, ...(command ? { command } : {}) },
})
const add = (client: OwnedClient, key = KEY, create = true) =>
  addEntry(clients.writer(client), key, '*', [Buffer.from('a'), Buffer.from('b')], { create })

onEachServer('what %s refuses', (version) => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis({ version })
    await redis.cli('XADD', 'orders', '1-1', 'a', 'b')
    await redis.cli('XGROUP', 'CREATE', 'orders', 'billing', '0')
    await redis.cli('SET', 'text', 'x')
  })
  afterAll(() => redis.stop())

  // A server lets everybody say HELLO, and PING is how a connection is opened.
  test.each(READ_COMMANDS.filter((command) => command !== 'HELLO'))('NOPERM for %s', async (command) => {
    const name = command.toLowerCase()
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '&*', '+@all')
    const client = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    if ((await redis.cli('COMMAND', 'INFO', command)) === '') {
      const lacked = client.reader.call(command, ...READING[command])
      const feature = commandLabel(command, READING[command])
      return expect(lacked).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { feature } })
    }
    await redis.cli('ACL', 'SETUSER', 'lim', `-${name}`)
    const refused = client.reader.call(command, ...READING[command])
    await expect(refused).rejects.toMatchObject(redisError('NOPERM'))
    await expect(refused).rejects.toThrow(new RegExp(`'${name}`, 'i'))
    const [piped] = await client.reader.pipeline([[command, ...READING[command]]])
    expect(piped).toMatchObject(redisError('NOPERM'))
  })

  test.each(WRITE_COMMANDS)('NOPERM for %s, or UNSUPPORTED where the server has none', async (command) => {
    const name = command.toLowerCase()
    const lacking = (await redis.cli('COMMAND', 'INFO', command)) === ''
    await redis.cli(
      'ACL',
      'SETUSER',
      'lim',
      'reset',
      'on',
      '>pw',
      '~*',
      '&*',
      '+@all',
      ...(lacking ? [] : [`-${name}`]),
    )
    const client = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    const refused = clients.writer(client).write(command, ...WRITING[command])
    if (lacking) return expect(refused).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { feature: command } })
    await expect(refused).rejects.toMatchObject(redisError('NOPERM'))
    await expect(refused).rejects.toThrow(new RegExp(`'${name}`, 'i'))
  })

  test('NOPERM for a key', async () => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~mine:*', '&*', '+@all')
    const client = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    await expect(streamInfo(client.reader, KEY)).rejects.toMatchObject(redisError('NOPERM', 'XINFO STREAM'))
    await expect(add(client)).rejects.toMatchObject(redisError('NOPERM', 'XADD'))
  })

  test('WRONGTYPE, of every command that takes a stream', async () => {
    const { reader, ...client } = await clients.open(redis)
    const writer = clients.writer({ reader, ...client })
    const text = Buffer.from('text')
    const attempts: readonly (() => Promise<unknown>)[] = [
      () => streamInfo(reader, text),
      () => groupInfos(reader, text),
      () => consumerInfos(reader, text, GROUP),
      () => pendingSummary(reader, text, GROUP),
      () => pendingRange(reader, text, GROUP, { from: '-', to: '+', count: 1 }),
      () => range(reader, text, { from: '-', to: '+', count: 1 }),
      () => ack(writer, text, GROUP, ['1-1']),
      () => claimJustId(writer, text, GROUP, GROUP, ['1-1'], { minIdleMs: 0 }),
      () => createGroup(writer, text, GROUP, '$', { mkstream: true }),
      () => trim(writer, text, { kind: 'maxlen', threshold: 1, approximate: false }),
      () => addEntry(writer, text, '*', [text, text], { create: true }),
    ]
    for (const attempt of attempts)
      await expect(attempt(), attempt.toString()).rejects.toMatchObject(redisError('WRONGTYPE'))
    expect(await redis.cli('GET', 'text')).toBe('x')
  })

  test('what does not exist is NOT_FOUND, with its name', async () => {
    const client = await clients.open(redis)
    const { reader } = client
    const writer = clients.writer(client)
    const none = Buffer.from([0xff, 0x01])
    const name = { base64: none.toString('base64') }
    const stream = { code: 'NOT_FOUND', data: { what: 'stream', name } }
    const group = { code: 'NOT_FOUND', data: { what: 'group', name } }
    await expect(streamInfo(reader, none)).rejects.toMatchObject(stream)
    await expect(groupInfos(reader, none)).rejects.toMatchObject(stream)
    await expect(consumerInfos(reader, none, none)).rejects.toMatchObject(stream)
    await expect(consumerInfos(reader, KEY, none)).rejects.toMatchObject(group)
    await expect(pendingSummary(reader, KEY, none)).rejects.toMatchObject(group)
    await expect(pendingRange(reader, none, none, { from: '-', to: '+', count: 1 })).rejects.toMatchObject(group)
    await expect(claimJustId(writer, KEY, none, none, ['1-1'], { minIdleMs: 0 })).rejects.toMatchObject(group)
    await expect(createGroup(writer, none, none, '$', { mkstream: false })).rejects.toMatchObject(stream)
    await expect(add(client, none, false)).rejects.toMatchObject(stream)
    expect(await ack(writer, none, none, ['1-1'])).toBe(0)
    expect(await redis.cli('EXISTS', '\\xff\\x01')).toBe('0')
  })

  test('BUSYGROUP, and nothing changed', async () => {
    const client = await clients.open(redis)
    const again = createGroup(clients.writer(client), KEY, GROUP, '$', { mkstream: false })
    await expect(again).rejects.toMatchObject(redisError('BUSYGROUP', 'XGROUP CREATE'))
    expect(await groupInfos(client.reader, KEY)).toMatchObject([{ lastDeliveredId: '0-0' }])
  })

  test('a command it does not have is UNSUPPORTED, without the arguments', async () => {
    const client = await clients.open(redis)
    const refusal = await client.probe('xnack')
    expect(refusal).toMatchObject({ code: 'UNSUPPORTED', data: { feature: 'XNACK' } })
    expect(JSON.stringify(refusal)).not.toContain('no-id')
  })

  test('OOM for what adds, not for what recovers', async () => {
    const client = await clients.open(redis)
    const writer = clients.writer(client)
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    try {
      await expect(add(client)).rejects.toMatchObject(redisError('OOM', 'XADD'))
      await expect(createGroup(writer, KEY, Buffer.from('new'), '$', { mkstream: false })).rejects.toMatchObject(
        redisError('OOM'),
      )
      expect(await claimJustId(writer, KEY, GROUP, GROUP, ['1-1'], { minIdleMs: 0, force: true })).toEqual(['1-1'])
      expect(await ack(writer, KEY, GROUP, ['1-1'])).toBe(1)
    } finally {
      await redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    }
  })

  test('NOREPLICAS', async () => {
    const client = await clients.open(redis)
    await redis.cli('CONFIG', 'SET', 'min-replicas-to-write', '1')
    try {
      await expect(add(client)).rejects.toMatchObject(redisError('NOREPLICAS'))
    } finally {
      await redis.cli('CONFIG', 'SET', 'min-replicas-to-write', '0')
    }
  })

  test('BUSY while a script runs', async () => {
    const client = await clients.open(redis)
    await redis.cli('CONFIG', 'SET', 'lua-time-limit', '20')
    const script = redis.client().eval('while true do end', 0)
    const killed = expect(script).rejects.toThrow('killed')
    await expect
      .poll(() => client.reader.call('XLEN', KEY).catch((error: unknown) => error))
      .toMatchObject(redisError('BUSY', 'XLEN'))
    await expect(add(client)).rejects.toMatchObject(redisError('BUSY', 'XADD'))
    await redis.cli('SCRIPT', 'KILL')
    await killed
    expect(await client.reader.call('XLEN', KEY)).toBe('1')
  })

  test('MISCONF when it can not save', () =>
    withRedis(
      async (broken) => {
        const client = await clients.open(broken)
        rmSync(broken.dir, { recursive: true })
        await broken.cli('BGSAVE')
        await expect.poll(() => broken.cli('INFO', 'persistence')).toContain('rdb_last_bgsave_status:err')
        await expect(add(client)).rejects.toMatchObject(redisError('MISCONF', 'XADD'))
        expect(await range(client.reader, KEY, { from: '-', to: '+', count: 1 })).toEqual([])
      },
      { version, config: ['save 3600 100000'] },
    ))

  test('READONLY on a replica', () =>
    withRedis(
      async (replica) => {
        await expect.poll(() => replica.cli('EXISTS', 'orders'), { timeout: 15_000 }).toBe('1')
        const client = await clients.open(replica)
        const writer = clients.writer(client)
        await expect(add(client)).rejects.toMatchObject(redisError('READONLY', 'XADD'))
        await expect(ack(writer, KEY, GROUP, ['1-1'])).rejects.toMatchObject(redisError('READONLY', 'XACK'))
        expect(await streamInfo(client.reader, KEY)).toMatchObject({ length: 1 })
      },
      { version, config: [`replicaof ${redis.host} ${redis.port}`] },
    ))

  test('MASTERDOWN on a replica that lost its primary', () =>
    withRedis(
      async (replica) => {
        const client = await clients.open(replica)
        await replica.cli('REPLICAOF', '127.0.0.1', '1')
        await replica.cli('CONFIG', 'SET', 'replica-serve-stale-data', 'no')
        await expect(streamInfo(client.reader, KEY)).rejects.toMatchObject(redisError('MASTERDOWN', 'XINFO STREAM'))
      },
      { version },
    ))

  test('CLUSTERDOWN and CROSSSLOT of a cluster', () =>
    withRedis(
      async (node) => {
        const client = await clients.open(node)
        await expect(streamInfo(client.reader, KEY)).rejects.toMatchObject(redisError('CLUSTERDOWN'))
        await node.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
        await expect.poll(() => node.cli('CLUSTER', 'INFO'), { timeout: 15_000 }).toContain('cluster_state:ok')
        const both = client.reader.call('XREAD', 'STREAMS', 'a', 'b', '0', '0')
        await expect(both).rejects.toMatchObject(redisError('CROSSSLOT', 'XREAD'))
      },
      { version, config: ['cluster-enabled yes'] },
    ))
})

test.each([
  'MOVED 3999 127.0.0.1:6381',
  'ASK 3999 127.0.0.1:6381',
  'TRYAGAIN Multiple keys request',
  'LOADING Redis is loading',
])('%s keeps its first word', async (reply) => {
  await withRedis(async (redis) => {
    const proxy = await startFaultProxy(redis)
    const target = redis.connection({ endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } })
    const client = await clients.open({ connection: () => target })
    void proxy.fault(asksForStreamInfo, { kind: 'answer', reply: `-${reply}\r\n` })
    await expect(streamInfo(client.reader, KEY)).rejects.toMatchObject({
      ...redisError(reply.split(' ')[0] ?? ''),
      message: expect.stringContaining(reply) as string,
    })
    await proxy.stop()
  })
})
