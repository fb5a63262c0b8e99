import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { listConsumers, listGroups } from '../../../../electron/services/inspection/groups'
import { inspectStream } from '../../../../electron/services/inspection/inspection'
import { askAgain } from '../../../../electron/services/inspection/look-memory'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const KEY = Buffer.from('orders')
const GROUP = Buffer.from('billing')
const clients = useSluiceClients()

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let direct: Redis
  beforeAll(async () => {
    redis = await startRedis({ version })
    direct = redis.client()
    await direct.xadd('orders', '1-0', 'n', '1')
    await direct.xgroup('CREATE', 'orders', 'billing', '0')
    await direct.xreadgroup('GROUP', 'billing', 'ann', 'STREAMS', 'orders', '>')
  })
  afterAll(() => redis.stop())

  const rules = (...refused: readonly string[]) =>
    direct.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', ...refused)
  /** What the pages of a stream and of a group ask for, over and over. */
  async function poll(reader: Reader, times: number) {
    for (let at = 0; at < times; at += 1) {
      await listGroups(reader, KEY, { countLag: true })
      await listConsumers(reader, KEY, GROUP, defaultThresholds)
      await inspectStream(reader, KEY)
    }
  }
  async function refusals(): Promise<readonly string[]> {
    const log = (await direct.call('ACL', 'LOG')) as unknown[][]
    const of = (line: readonly unknown[], name: string): string => String(line[line.indexOf(name) + 1])
    return log
      .filter((line) => of(line, 'reason') === 'command')
      .flatMap((line) => Array.from({ length: Number(of(line, 'count')) }, () => of(line, 'object')))
      .sort()
  }

  test.each([
    ['scripts', ['-@scripting']],
    ['what waits', ['-xpending']],
    ['the memory', ['-memory']],
    ['the time to live', ['-pttl']],
    ['all of these', ['-@scripting', '-xpending', '-memory', '-pttl']],
  ])('pages that ask over and over are refused once: %s', async (_, refused) => {
    await rules(...refused)
    const { reader } = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    await direct.call('ACL', 'LOG', 'RESET')
    await poll(reader, 1)
    const once = await refusals()
    expect(once.length).toBeGreaterThan(0)
    expect(new Set(once).size).toBe(once.length)
    await poll(reader, 3)
    expect(await refusals()).toEqual(once)
    askAgain(reader)
    await poll(reader, 2)
    expect(await refusals()).toEqual([...once, ...once].sort())
  })

  test('what is allowed meanwhile is seen once it is asked for again', async () => {
    await rules('-xpending', '-pttl')
    await direct.pexpire('orders', 600_000)
    const { reader } = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    const told = async () => {
      const [group] = await listGroups(reader, KEY, { countLag: false })
      const [consumer] = await listConsumers(reader, KEY, GROUP, defaultThresholds)
      const { ttlMs } = await inspectStream(reader, KEY)
      return [group?.oldestPendingId, consumer?.oldestIdleMs, ttlMs]
    }
    expect(await told()).toEqual([null, null, 'unknown'])
    await rules()
    expect(await told()).toEqual([null, null, 'unknown'])
    askAgain(reader)
    expect(await told()).toEqual(['1-0', expect.any(Number), expect.any(Number)])
  })

  test.each([
    "-NOPERM No permissions to access a key used as an argument to the 'secret' command",
    '-NOPERM this user has no permissions to access one of the keys used as arguments',
    '-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    '-LOADING Redis is loading the dataset in memory',
  ])('the time to live is asked for again where it was refused this once: %s', async (reply) => {
    await direct.persist('orders')
    const proxy = await startFaultProxy(redis)
    try {
      const { reader } = await clients.open(redis, {
        profile: { endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port } },
      })
      void proxy.fault('PTTL', { kind: 'answer', reply: `${reply}\r\n` })
      expect((await inspectStream(reader, KEY)).ttlMs).toBe('unknown')
      expect((await inspectStream(reader, KEY)).ttlMs).toBeNull()
    } finally {
      await proxy.stop()
    }
  })
})
