import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isAppError } from '../../../shared/error'
import type { ClientChange, OwnedClient } from '../../../electron/redis/client'
import { READ_COMMANDS, WRITE_COMMANDS, type ReadCommand, type WriteCommand } from '../../../electron/redis/commands'
import { addEntry } from '../../../electron/redis/xadd'
import { groupInfos, streamInfo } from '../../../electron/redis/xinfo'
import { claimJustId } from '../../../electron/redis/xclaim'
import { pendingRange } from '../../../electron/redis/xpending'
import { range } from '../../../electron/redis/xrange'
import { readBlocking } from '../../../electron/redis/xread'
import { startFaultProxy, type FaultProxy } from '../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients, type SluiceTarget } from '../../helpers/sluice-client'

const KEY = Buffer.from('orders')
const FIELDS = [Buffer.from('name'), Buffer.from('value')]

let redis: TestRedis
let proxy: FaultProxy
let throughProxy: SluiceTarget
const clients = useSluiceClients()

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())
beforeEach(async () => {
  await redis.cli('FLUSHALL')
  proxy = await startFaultProxy(redis)
  throughProxy = {
    connection: (changes) =>
      redis.connection({ endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port }, ...changes }),
  }
})
afterEach(() => proxy.stop())

/** The next change of this state. */
function nextChange(client: OwnedClient, state: ClientChange['state']): Promise<ClientChange> {
  return new Promise((resolve) => client.onChange((change) => change.state === state && resolve(change)))
}
const add = (client: OwnedClient) => addEntry(clients.writer(client), KEY, '*', FIELDS, { create: true })

describe('what is lost on the way', () => {
  test('a write whose reply is lost has an unknown outcome, and was carried out once', async () => {
    const client = await clients.open(throughProxy)
    const back = nextChange(client, 'ready')
    void proxy.fault('XADD', { kind: 'cut-before-reply' })
    await expect(add(client)).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME', data: { command: 'XADD' } })
    await back
    await client.reader.call('PING')
    expect(await redis.cli('XLEN', 'orders')).toBe('1')
    expect(proxy.commands.filter((name) => name === 'XADD')).toHaveLength(1)
  })

  test('a write cut off in the middle of its reply has an unknown outcome', async () => {
    const client = await clients.open(throughProxy)
    void proxy.fault('XADD', { kind: 'cut-in-reply', bytes: 4 })
    await expect(add(client)).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' })
    expect(await redis.cli('XLEN', 'orders')).toBe('1')
  })

  test('a write that never arrived has an unknown outcome too: nobody can tell', async () => {
    const client = await clients.open(throughProxy)
    void proxy.fault('XADD', { kind: 'cut-before-forward' })
    await expect(add(client)).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' })
    expect(await redis.cli('XLEN', 'orders')).toBe('0')
  })

  test('a write that gets no reply in time has an unknown outcome, and its late reply is nobody else’s', async () => {
    const client = await clients.open(throughProxy, { commandTimeoutMs: 150 })
    void proxy.fault('XADD', { kind: 'delay', ms: 400 })
    await expect(add(client)).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' })
    await expect(client.reader.call('PING')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      data: { reason: 'timeout' },
    })
    await expect.poll(() => client.reader.call('XLEN', KEY).catch(() => null)).toBe('1')
  })

  test('a read that is lost is unreachable: it changed nothing', async () => {
    const client = await clients.open(throughProxy)
    void proxy.fault('XLEN', { kind: 'cut-before-reply' })
    await expect(client.reader.call('XLEN', KEY)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      data: { reason: 'closed' },
    })
  })

  test('a pipeline cut off half way gives what came, and for the rest that the connection was lost', async () => {
    const client = await clients.open(throughProxy)
    await redis.cli('XADD', 'orders', '*', 'a', 'b')
    void proxy.fault((args) => args[1] === 'second', { kind: 'cut-in-reply', bytes: 0 })
    const [first, second, third] = await client.reader.pipeline([
      ['XLEN', KEY],
      ['XLEN', 'second'],
      ['XLEN', 'third'],
    ])
    expect(first).toBe('1')
    for (const lost of [second, third]) expect(lost).toMatchObject({ code: 'UNREACHABLE', data: { reason: 'closed' } })
  })
})

describe('offline', () => {
  test('every command fails at once, as certainly not carried out', async () => {
    const client = await clients.open(throughProxy)
    const lost = nextChange(client, 'lost')
    proxy.refuse()
    proxy.cut()
    expect((await lost).error).toMatchObject({ code: 'UNREACHABLE' })
    expect(client.isReady()).toBe(false)
    const asked = [add(client), client.reader.call('PING'), client.reader.pipeline([['PING']]), client.probe('xadd')]
    // Before anything could have come from anywhere, or a timer run out.
    const nextTurn = new Promise<string>((resolve) => setImmediate(resolve, 'still waiting'))
    const refused = { status: 'rejected', reason: { code: 'UNREACHABLE' } }
    expect(await Promise.race([Promise.allSettled(asked), nextTurn])).toMatchObject([
      refused,
      refused,
      refused,
      refused,
    ])
  })

  test('it reconnects by itself, and sends nothing of before again', async () => {
    const client = await clients.open(throughProxy)
    proxy.refuse()
    proxy.cut()
    await nextChange(client, 'lost')
    await expect(add(client)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    const back = nextChange(client, 'ready')
    proxy.accept()
    await back
    await add(client)
    expect(await redis.cli('XLEN', 'orders')).toBe('1')
  })

  test('a server restart is survived', async () => {
    const client = await clients.open(redis)
    const lost = nextChange(client, 'lost')
    const back = nextChange(client, 'ready')
    await redis.restart()
    await lost
    await back
    expect(String(await client.reader.call('PING'))).toBe('PONG')
  })

  test('a closed client neither reconnects nor tells', async () => {
    const client = await clients.open(throughProxy)
    const changes: ClientChange[] = []
    client.onChange((change) => changes.push(change))
    client.close()
    await expect(client.reader.call('PING')).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await expect.poll(() => proxy.connections).toBe(0)
    expect(changes).toEqual([])
  })

  test('a connection on which nothing comes any more is given up, and made anew', async () => {
    const client = await clients.open(throughProxy, { commandTimeoutMs: 500, silenceMs: 1_500 })
    const lost = nextChange(client, 'lost')
    proxy.blackhole()
    await expect(client.reader.call('PING')).rejects.toMatchObject({ data: { reason: 'timeout' } })
    expect((await lost).error).toMatchObject({ data: { reason: 'timeout' } })
    const back = nextChange(client, 'ready')
    proxy.resume()
    await back
  })
})

describe('opening', () => {
  test('a first connection that fails is not tried again', async () => {
    proxy.refuse()
    const client = clients.create(throughProxy)
    await expect(client.open()).rejects.toMatchObject({ code: 'UNREACHABLE', data: { reason: 'closed' } })
    proxy.accept()
    await expect(client.reader.call('PING')).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(proxy.connections).toBe(0)
  })

  test('a database that does not exist is refused, not replaced by database 0', async () => {
    const client = clients.create(redis, { profile: { db: 99 } })
    await expect(client.open()).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('DB index is out of range') as string,
    })
    expect(client.isReady()).toBe(false)
  })

  test('it writes to the database of the profile', async () => {
    const client = await clients.open(redis, { profile: { db: 5 } })
    await add(client)
    expect(await redis.cli('-n', '5', 'XLEN', 'orders')).toBe('1')
    expect(await redis.cli('XLEN', 'orders')).toBe('0')
  })

  test('it shows in CLIENT LIST as sluice', async () => {
    await clients.open(redis)
    expect(await redis.cli('CLIENT', 'LIST')).toContain('name=sluice ')
  })

  test('a blocking connection is one of its own, without a time limit', async () => {
    const client = await clients.open(redis, { commandTimeoutMs: 50 })
    const blocking = client.beside('blocking')
    await blocking.open()
    const waiting = blocking.reader.call('XREAD', 'BLOCK', 5000, 'STREAMS', KEY, '0')
    await expect.poll(() => redis.cli('CLIENT', 'LIST')).toContain('cmd=xread')
    await add(client)
    expect(JSON.stringify(await waiting)).toContain(Buffer.from('orders').toJSON().data.join(','))
    blocking.close()
  })
})

describe('a user without PING', () => {
  test('connects: its refusal proves the link', async () => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-ping')
    const client = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    expect(await client.reader.call('XLEN', KEY)).toBe('0')
  })

  test.each([
    '-MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.',
    "-ERR unknown command 'PING', with args beginning with: ",
    "-ERR command 'PING' is not available here",
  ])('nor one that it is refused by: %s', async (reply) => {
    void proxy.fault('PING', { kind: 'answer', reply: `${reply}\r\n` }, 99)
    const client = await clients.open(throughProxy)
    expect(await client.ping()).toEqual(expect.any(Number))
    expect(proxy.commands.filter((name) => name === 'PING')).toHaveLength(1)
  })

  test.each([
    ['-NOAUTH Authentication required.', 'password-needed'],
    ['-WRONGPASS invalid username-password pair or user is disabled.', 'password-wrong'],
    ['-LOADING Redis is loading the dataset in memory', 'loading'],
    ["-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'other'],
    ['-BUSY Redis is busy running a script.', 'other'],
    ['+PENG', 'not-redis'],
  ])('is no reason to take this for a server that serves: %s', async (reply, reason) => {
    void proxy.fault('PING', { kind: 'answer', reply: `${reply}\r\n` }, 99)
    await expect(clients.open(throughProxy)).rejects.toMatchObject({ code: 'UNREACHABLE', data: { reason } })
  })

  test('nor where TIME is refused as well: its round trip is not known then', async () => {
    for (const command of ['PING', 'TIME'])
      void proxy.fault(command, { kind: 'answer', reply: '-ERR this command is not supported\r\n' }, 99)
    const client = await clients.open(throughProxy)
    expect(await client.ping()).toBeNull()
    expect(proxy.commands.filter((name) => name === 'PING' || name === 'TIME')).toEqual(['PING', 'TIME'])
  })

  test('is none either where whatever is asked is refused', async () => {
    for (const command of ['PING', 'TIME'])
      void proxy.fault(command, { kind: 'answer', reply: '-ERR no upstream host\r\n' }, 99)
    await expect(clients.open(throughProxy)).rejects.toMatchObject({ code: 'UNREACHABLE', data: { reason: 'other' } })
  })

  test('does not by a wrong password, whatever else is refused', async () => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-ping')
    const opening = clients.open(redis, { profile: { username: 'lim' }, password: 'wrong' })
    await expect(opening).rejects.toMatchObject({ code: 'UNREACHABLE', data: { reason: 'password-wrong' } })
  })
})

describe('bytes and numbers', () => {
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

  test('all 256 bytes go round in keys, fields, values, groups and consumers', async () => {
    const client = await clients.open(redis)
    const writer = clients.writer(client)
    await addEntry(writer, everyByte, '1-1', [everyByte, everyByte, everyByte, Buffer.alloc(0)], { create: true })
    await writer.write('XGROUP', 'CREATE', everyByte, everyByte, '0')
    await claimJustId(writer, everyByte, everyByte, everyByte, ['1-1'], { minIdleMs: 0, force: true })
    expect(await range(client.reader, everyByte, { from: '-', to: '+', count: 1 })).toEqual([
      { id: '1-1', fields: [everyByte, everyByte, everyByte, Buffer.alloc(0)] },
    ])
    const [group] = await groupInfos(client.reader, everyByte)
    expect(group?.name).toEqual(everyByte)
    const [row] = await pendingRange(client.reader, everyByte, everyByte, { from: '-', to: '+', count: 1 })
    expect(row?.consumer).toEqual(everyByte)
  })

  test('counts up to 2^63-1 and ids of two 64-bit halves are exact', async () => {
    const client = await clients.open(redis)
    const writer = clients.writer(client)
    const id = '18446744073709551614-18446744073709551615'
    await addEntry(writer, KEY, id, FIELDS, { create: true })
    await writer.write('XGROUP', 'CREATE', KEY, 'g', '0')
    const retryCount = 2n ** 63n - 1n
    await claimJustId(writer, KEY, Buffer.from('g'), Buffer.from('c'), [id], { minIdleMs: 0, force: true, retryCount })
    const rows = await pendingRange(client.reader, KEY, Buffer.from('g'), { from: id, to: id, count: 1 })
    expect(rows).toMatchObject([{ id, deliveries: 9_223_372_036_854_775_807n }])
    await redis.cli('XSETID', 'orders', id, 'ENTRIESADDED', '9007199254740993', 'MAXDELETEDID', '0-0')
    expect(await streamInfo(client.reader, KEY)).toMatchObject({ entriesAdded: 9_007_199_254_740_993n, lastId: id })
  })
})

test('a server without RESP3 is spoken to in RESP2, with the same results', async () => {
  void proxy.fault('HELLO', {
    kind: 'answer',
    reply: '-ERR unknown command `HELLO`, with args beginning with: `3`\r\n',
  })
  const client = await clients.open(throughProxy)
  const writer = clients.writer(client)
  await addEntry(writer, KEY, '1-1', FIELDS, { create: true })
  await writer.write('XGROUP', 'CREATE', KEY, 'g', '0')
  await claimJustId(writer, KEY, Buffer.from('g'), Buffer.from('c'), ['1-1'], { minIdleMs: 0, force: true })
  expect(await redis.cli('CLIENT', 'LIST')).toMatch(/name=sluice .*resp=2/)
  expect(await streamInfo(client.reader, KEY)).toMatchObject({ length: 1, entriesAdded: 1, lastId: '1-1' })
  expect(await groupInfos(client.reader, KEY)).toMatchObject([{ consumers: 1, pending: 1, entriesRead: null }])
  expect(await pendingRange(client.reader, KEY, Buffer.from('g'), { from: '-', to: '+', count: 1 })).toHaveLength(1)
  void proxy.fault('HELLO', { kind: 'answer', reply: '-NOPROTO unsupported protocol version\r\n' })
  const blocking = client.beside('blocking')
  await blocking.open()
  expect(await readBlocking(blocking.reader, KEY, '0-0', 9, 10)).toEqual([{ id: '1-1', fields: FIELDS }])
  expect(await readBlocking(blocking.reader, KEY, '1-1', 9, 10)).toEqual([])
  blocking.close()
})

describe('floors', () => {
  test('a reader sends nothing that writes, and a writer nothing unknown', async () => {
    const client = await clients.open(redis)
    await expect(client.reader.call('XADD' as ReadCommand, KEY, '*', 'a', 'b')).rejects.toThrow('only reads')
    await expect(client.reader.pipeline([['XADD' as ReadCommand, KEY, '*', 'a', 'b']])).rejects.toThrow('only reads')
    await expect(clients.writer(client).write('DEL' as WriteCommand, KEY)).rejects.toThrow('not a known command')
    expect(await redis.cli('DBSIZE')).toBe('0')
  })

  test.each([
    ['CONFIG', 'SET', 'maxmemory', '1mb'],
    ['CONFIG', 'RESETSTAT'],
    ['ACL', 'SETUSER', 'eve', 'on'],
    ['MEMORY', 'PURGE'],
    ['COMMAND', 'GETKEYS', 'GET', 'a'],
    ['HELLO', '3', 'AUTH', 'a', 'b'],
    ['XINFO', 'HELP'],
  ] as const)('nor those of a command that reads by other subcommands: %s %s', async (command, ...args) => {
    const client = await clients.open(redis)
    await expect(client.reader.call(command, ...args)).rejects.toThrow('only reads')
  })

  test.each(WRITE_COMMANDS)('a reader does not send %s, alone or among others', async (command) => {
    const client = await clients.open(throughProxy)
    expect(READ_COMMANDS).not.toContain(command)
    await expect(client.reader.call(command as string as ReadCommand, KEY)).rejects.toThrow('only reads')
    const among = client.reader.pipeline([['PING'], [command as string as ReadCommand, KEY]])
    await expect(among).rejects.toThrow('only reads')
    expect(proxy.commands).not.toContain(command)
  })

  test('probes change nothing, whatever they are sent to', async () => {
    const client = await clients.open(redis)
    const before = await redis.cli('DEBUG', 'DIGEST').catch(() => redis.cli('DBSIZE'))
    const { PROBES } = await import('../../../electron/redis/probe')
    for (const name of Object.keys(PROBES) as (keyof typeof PROBES)[]) {
      const refusal = await client.probe(name)
      if (refusal) expect(isAppError(refusal)).toBe(true)
    }
    expect(await redis.cli('DEBUG', 'DIGEST').catch(() => redis.cli('DBSIZE'))).toBe(before)
    expect(await redis.cli('INFO', 'keyspace')).toBe('# Keyspace')
  })
})

test('a client that is closed while it opens leaves no connection', async () => {
  const mute = createServer().listen(0, '127.0.0.1')
  const accepted = once(mute, 'connection') as Promise<[Socket]>
  await once(mute, 'listening')
  const { port } = mute.address() as AddressInfo
  const client = clients.create(redis, { profile: { endpoint: { kind: 'tcp', host: '127.0.0.1', port } } })
  const opening = client.open()
  const [socket] = await accepted
  const closed = once(socket.resume(), 'close')
  client.close()
  await expect(opening).rejects.toMatchObject({ code: 'UNREACHABLE' })
  await closed
  mute.close()
})
