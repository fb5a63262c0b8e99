import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { capabilityName, type CapabilityName, type ServerInfo } from '../../../../shared/model/connection'
import { readServerInfo } from '../../../../electron/services/connections/capabilities'
import { serverBinary } from '../../../helpers/available-servers'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, withRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import type { Message } from '../../../../shared/model/message'
import { sentence } from '../../../../shared/words/messages'
import { saying } from '../../../helpers/saying'

function wordsOf(reason: Message | null): string | null {
  return reason && sentence(reason)
}

const clients = useSluiceClients()
const SINCE_82: readonly CapabilityName[] = ['xackdel', 'xdelex']

/** Names of those it lacks, with the reasons. */
function lacking({ capabilities }: ServerInfo): Partial<Record<CapabilityName, string | null>> {
  const entries = capabilityName.options.filter((name) => !capabilities[name].available)
  return Object.fromEntries(entries.map((name) => [name, wordsOf(capabilities[name].reason)]))
}

onEachServer('on %s', (version) => {
  const { product, version: number } = serverBinary(version)
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis({ version })
  })
  afterAll(() => redis.stop())

  async function asUser(...rules: readonly string[]): Promise<ServerInfo> {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', ...rules)
    const client = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    return readServerInfo(client)
  }

  test('what it is and has, with nothing changed', async () => {
    const info = await readServerInfo(await clients.open(redis))
    expect(info).toMatchObject({ product, version: number, mode: 'standalone', role: 'master', user: 'default' })
    const has82 = product === 'redis' && Number(number.split('.')[0]) >= 8 && !/^8\.[01]\./.test(number)
    const expected = Object.fromEntries([
      ...(has82 ? [] : SINCE_82.map((name) => [name, `This server has no ${name.toUpperCase()}.`] as const)),
      ...(has82 && !/^8\.[2-5]\./.test(number) ? [] : [['xcfgset', 'This server has no XCFGSET.'] as const]),
      ['xnack', 'This server has no XNACK.'],
    ])
    expect(lacking(info)).toEqual(expected)
    expect(await redis.cli('DBSIZE')).toBe('0')
  })

  test('what the ACL denies is lacking, with command and user named', async () => {
    const denied = ['-xclaim', '-xtrim', '-memory', '-eval', '-xgroup|createconsumer', '-hset', '-exec']
    const info = await asUser('~*', '+@all', ...denied)
    expect(lacking(info)).toMatchObject({
      xclaim: 'The user "lim" is not allowed to run XCLAIM.',
      xtrim: 'The user "lim" is not allowed to run XTRIM.',
      trimMinId: 'The user "lim" is not allowed to run XTRIM MINID.',
      memoryUsage: 'The user "lim" is not allowed to run MEMORY USAGE.',
      eval: 'The user "lim" is not allowed to run EVAL.',
      createConsumer: 'The user "lim" is not allowed to run XGROUP CREATECONSUMER.',
      hset: 'The user "lim" is not allowed to run HSET.',
      multi: 'The user "lim" is not allowed to run MULTI and EXEC.',
    })
    expect(info.capabilities.xgroup).toEqual({ available: true, reason: null })
    expect(info.capabilities.entriesRead).toEqual({ available: true, reason: null })
    expect(info.capabilities.xack).toEqual({ available: true, reason: null })
  })

  test('a user of some keys only may still have the commands', async () => {
    const info = await asUser('~mine:*', '+@all')
    const here = ['xadd', 'xclaim', 'xtrim', 'trimMinId', 'memoryUsage', 'entriesRead'] as const
    for (const name of [...here, 'createConsumer', 'hset', 'multi', 'noMkStream'] as const) {
      expect([name, info.capabilities[name].available]).toEqual([name, true])
    }
  })

  test.each(['-multi', '-exec'])(
    'a user with %s has no transactions, and what others send meanwhile is answered',
    async (rule) => {
      await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', rule)
      const client = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
      const pings = Promise.all(Array.from({ length: 50 }, () => client.reader.call('PING')))
      const [info] = await Promise.all([readServerInfo(client), pings])
      expect(info.capabilities.multi).toEqual({
        available: false,
        reason: saying('The user "lim" is not allowed to run MULTI and EXEC.'),
      })
      expect((await pings).every((pong) => String(pong) === 'PONG')).toBe(true)
    },
  )

  test('a user without XGROUP CREATE can give no group a count of what it read', async () => {
    const info = await asUser('~*', '+@all', '-xgroup|create')
    expect(lacking(info)).toMatchObject({
      xgroup: 'The user "lim" is not allowed to run XGROUP CREATE.',
      entriesRead: 'The user "lim" is not allowed to run XGROUP CREATE … ENTRIESREAD.',
    })
    expect(info.capabilities.createConsumer.available).toBe(true)
  })

  test('what the server has is told even when its memory is full', async () => {
    const client = await clients.open(redis)
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    try {
      const { capabilities } = await readServerInfo(client)
      const lacked = ['createConsumer', 'entriesRead', 'hset', 'multi', 'xgroup', 'xadd', 'eval'] as const
      expect(lacked.filter((name) => !capabilities[name].available)).toEqual([])
    } finally {
      await redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    }
  })

  test('a user who may look only', async () => {
    const info = await asUser('~*', '+@read', '+ping', '+info', '+xinfo')
    const may = capabilityName.options.filter((name) => info.capabilities[name].available)
    expect(may).toEqual(expect.arrayContaining(['memoryUsage']))
    for (const name of ['xadd', 'xack', 'xclaim', 'xautoclaim', 'xtrim', 'xdel', 'xgroup'] as const)
      expect(may).not.toContain(name)
    expect(info).toMatchObject({ keyspaceEvents: null, product })
  })

  test('a user who is told nothing at all', async () => {
    const info = await asUser('~*', '-@all', '+ping', '+xinfo')
    expect(info).toMatchObject({ user: '', keyspaceEvents: null })
    expect(capabilityName.options.filter((name) => info.capabilities[name].available)).toEqual([])
    expect(info.capabilities.xadd.reason).toEqual(saying('The user "lim" is not allowed to run XADD.'))
  })

  test('a replica lacks what writes, whoever asks', () =>
    withRedis(
      async (replica) => {
        await expect
          .poll(() => replica.cli('INFO', 'replication'), { timeout: 15_000 })
          .toContain('master_link_status:up')
        const info = await readServerInfo(await clients.open(replica))
        expect(info.role).toBe('replica')
        const writes = ['xadd', 'xack', 'xclaim', 'xautoclaim', 'xtrim', 'xdel', 'xgroup', 'trimMinId'] as const
        for (const name of [...writes, 'createConsumer', 'entriesRead', 'hset', 'noMkStream'] as const) {
          expect(info.capabilities[name]).toEqual({
            available: false,
            reason: saying('replica'),
          })
        }
        for (const name of ['scanType', 'memoryUsage'] as const) {
          expect(info.capabilities[name].available).toBe(true)
        }
      },
      { version, config: [`replicaof ${redis.host} ${redis.port}`] },
    ))
})

describe('servers that are not here, by what they would answer', () => {
  let redis: TestRedis
  let proxy: FaultProxy
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    proxy = await startFaultProxy(redis)
  })
  afterEach(() => proxy.stop())

  /** Replies by command, for ever. */
  async function read(replies: Readonly<Record<string, string>>, user?: string): Promise<ServerInfo> {
    for (const [command, reply] of Object.entries(replies)) {
      void proxy.fault(
        ([name = '', sub = '']) => command === name.toUpperCase() || command === `${name} ${sub}`.toUpperCase(),
        { kind: 'replace-reply', reply },
        1_000,
      )
    }
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const client = await clients.open(redis, {
      profile: { endpoint, username: user ?? '' },
      password: user ? 'pw' : null,
    })
    return readServerInfo(client)
  }
  const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`

  test('Redis 5: no HELLO, no ACL, no TYPE, no exclusive ranges, no MINID', async () => {
    const info = await read({
      HELLO: '-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n',
      'ACL WHOAMI': '-ERR unknown command `ACL`, with args beginning with: `WHOAMI`, \r\n',
      SCAN: '-ERR syntax error\r\n',
      XRANGE: '-ERR Invalid stream ID specified as stream command argument\r\n',
      XTRIM: ':0\r\n', // it looks for the key first, and finds nothing to trim
      COMMAND: '-ERR unknown subcommand\r\n',
      XAUTOCLAIM: '-ERR unknown command `XAUTOCLAIM`, with args beginning with: `x`, \r\n',
      XGROUP: '-ERR The XGROUP subcommand requires the key to exist.\r\n',
    })
    expect(info.user).toBe('')
    expect(info.capabilities.xgroup.available).toBe(true)
    expect(lacking(info)).toMatchObject({
      createConsumer: 'This server has no XGROUP CREATECONSUMER.',
      entriesRead: 'This server has no XGROUP CREATE … ENTRIESREAD.',
      scanType: 'This server has no SCAN … TYPE.',
      trimMinId: 'This server has no XTRIM MINID.',
      xautoclaim: 'This server has no XAUTOCLAIM.',
    })
    expect(info.capabilities.xtrim.available).toBe(true)
    expect(info.capabilities.xclaim.available).toBe(true)
  })

  test.each([
    ['refuses COMMAND', "-NOPERM this user has no permissions to run the 'command|info' command\r\n"],
    ['answers nothing to COMMAND', '*0\r\n'],
  ])('one that %s is asked by trying', async (_, reply) => {
    expect(lacking(await read({ COMMAND: reply }))).toEqual({
      xackdel: 'This server has no XACKDEL.',
      xcfgset: 'This server has no XCFGSET.',
      xdelex: 'This server has no XDELEX.',
      xnack: 'This server has no XNACK.',
    })
  })

  test('what COMMAND tells is lacking is not tried', async () => {
    await read({})
    expect(proxy.commands).toContain('XCLAIM')
    expect(proxy.commands).not.toContain('XNACK')
  })

  test('Redis 6.2: CREATECONSUMER, but no ENTRIESREAD', async () => {
    const info = await read({ XGROUP: '-ERR The XGROUP subcommand requires the key to exist.\r\n' })
    expect(info.capabilities.createConsumer.available).toBe(true)
    expect(info.capabilities.entriesRead.reason).toEqual(saying('This server has no XGROUP CREATE … ENTRIESREAD.'))
  })

  test('a server that is told of a subcommand it does not have', async () => {
    const info = await read({
      'XGROUP CREATECONSUMER': "-ERR unknown subcommand 'CREATECONSUMER'. Try XGROUP HELP.\r\n",
    })
    expect(info.capabilities.createConsumer.reason).toEqual(saying('This server has no XGROUP CREATECONSUMER.'))
    expect(info.capabilities.xgroup.available).toBe(true)
  })

  test('one that has no transactions', async () => {
    const info = await read({ MULTI: "-ERR unknown command 'MULTI'\r\n" })
    expect(info.capabilities.multi).toEqual({ available: false, reason: saying('This server has no MULTI and EXEC.') })
  })

  test('a user of some keys of a server before 7', async () => {
    await redis.cli('ACL', 'SETUSER', 'some', 'on', '>pw', '~mine:*', '+@all')
    const info = await read({ COMMAND: '*0\r\n' }, 'some')
    expect([info.capabilities.createConsumer.available, info.capabilities.entriesRead.available]).toEqual([true, false])
  })

  test('a user of some keys of a server before 6.2', async () => {
    await redis.cli('ACL', 'SETUSER', 'some', 'on', '>pw', '~mine:*', '+@all')
    const info = await read({ XAUTOCLAIM: "-ERR unknown command 'XAUTOCLAIM'\r\n" }, 'some')
    expect(info.capabilities.trimMinId.reason).toEqual(saying('This server has no XTRIM MINID.'))
    expect(info.capabilities.xtrim.available).toBe(true)
  })

  test.each([
    ['dragonfly', '1.25.0', 'redis_version:7.4.0\r\ndragonfly_version:df-v1.25.0\r\nredis_mode:standalone\r\n'],
    ['valkey', '8.0.1', 'redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n'],
    ['redis', '7.4.2', 'redis_version:7.4.2\r\n'],
    ['other', '6.2.0', 'server_name:other\r\nredis_version:6.2.0\r\n'],
  ])('names itself: %s %s', async (product, version, text) => {
    expect(await read({ INFO: bulk(`# Server\r\n${text}`) })).toMatchObject({ product, version })
  })

  test('managed, with CONFIG and INFO refused, and HELLO bare', async () => {
    const info = await read({
      CONFIG: "-ERR unknown command 'CONFIG'\r\n",
      INFO: "-NOPERM this user has no permissions to run the 'info' command\r\n",
      MEMORY: "-ERR unknown command 'MEMORY'\r\n",
    })
    expect(info).toMatchObject({ product: 'redis', role: 'master', keyspaceEvents: null })
    expect(info.capabilities.memoryUsage).toEqual({
      available: false,
      reason: saying('This server has no MEMORY USAGE.'),
    })
  })

  test('a connection lost meanwhile is no answer', async () => {
    void proxy.fault('XCLAIM', { kind: 'cut-before-reply' })
    await expect(read({})).rejects.toMatchObject({ code: 'UNREACHABLE', data: { reason: 'closed' } })
  })
})
