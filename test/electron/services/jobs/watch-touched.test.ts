import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Writer } from '../../../../electron/redis/reader-writer'
import { watchTouched } from '../../../../electron/services/jobs/watch-touched'
import { onEachServer } from '../../../helpers/on-each-server'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const [KEY, GROUP, BOB] = [Buffer.from('orders'), Buffer.from('billing'), Buffer.from('bob')]
const subject = { key: 'orders', group: 'billing' }
const clients = useSluiceClients()

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let direct: Redis
  let writer: Writer
  beforeAll(async () => {
    redis = await startRedis({ version })
    direct = redis.client()
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await direct.flushall()
    for (const n of [1, 2, 3]) await direct.xadd('orders', `${n}-0`, 'n', String(n))
    await direct.xgroup('CREATE', 'orders', 'billing', '0')
    await reads('bob')
    await reads('dead')
    writer = clients.writer(await clients.open(redis))
    await clockMoves()
  })

  const reads = (name: string) =>
    direct.call('XREADGROUP', 'GROUP', 'billing', name, 'COUNT', 1, 'STREAMS', 'orders', '>')
  /** Until the server's clock is well beyond all that was rounded. */
  async function clockMoves(): Promise<void> {
    const now = async () =>
      (await direct.time()).map(Number).reduce((seconds, micros) => seconds * 1000 + micros / 1000)
    const from = await now()
    while ((await now()) < from + 50) continue
  }
  const claimed = (by: Writer, to = BOB) => by.write('XCLAIM', KEY, GROUP, to, 0, '2-0', 'JUSTID')
  const namesOf = async ({ touched }: ReturnType<typeof watchTouched>) =>
    (await touched()).map(({ consumer }) => consumer)

  test('a consumer that was given entries shows what Sluice made it show', async () => {
    const watched = watchTouched(writer, subject, [])
    await claimed(watched.writer)
    await clockMoves()
    const [touch] = await watched.touched()
    expect(touch?.consumer).toBe('bob')
    expect(touch?.stamp.seenAt).toBeGreaterThan(touch?.before.seenAt ?? Infinity)
  })

  test('one that read by itself since then does not: that sign is its own', async () => {
    const watched = watchTouched(writer, subject, [])
    await claimed(watched.writer)
    await clockMoves()
    await reads('bob')
    expect(await namesOf(watched)).toEqual([])
  })

  test('one whose sign is older than the last of several claims does', async () => {
    const watched = watchTouched(writer, subject, [])
    await claimed(watched.writer)
    await clockMoves()
    await reads('bob')
    await clockMoves()
    await claimed(watched.writer)
    await clockMoves()
    expect(await namesOf(watched)).toEqual(['bob'])
  })

  test.each([
    ['TIME', '+soon\r\n'],
    ['TIME', '*1\r\n:1\r\n'],
    ['XINFO', '+none\r\n'],
  ])('an odd reply to %s right behind a claim (%j) is nobody’s end: nothing is known', async (command, reply) => {
    const proxy = await startFaultProxy(redis)
    const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
    const through = clients.writer(await clients.open(redis, { profile: { endpoint } }))
    const rejected: unknown[] = []
    const note = (reason: unknown): void => void rejected.push(reason)
    process.on('unhandledRejection', note)
    try {
      const watched = watchTouched(through, subject, [])
      const odd = proxy.fault(command, { kind: 'answer', reply }, command === 'TIME' ? 3 : 1)
      await claimed(watched.writer)
      await odd
      await expect.poll(() => through.reader.call('PING')).toEqual(Buffer.from('PONG'))
      await new Promise((turned) => setImmediate(turned))
      expect(await namesOf(watched)).toEqual([])
      expect(rejected).toEqual([])
    } finally {
      process.off('unhandledRejection', note)
      await proxy.stop()
    }
  })

  test('others are told of by themselves', async () => {
    const watched = watchTouched(writer, subject, [])
    await Promise.all([claimed(watched.writer), claimed(watched.writer, Buffer.from('dead'))])
    await clockMoves()
    await reads('bob')
    expect(await namesOf(watched)).toEqual(['dead'])
  })

  test('a transaction touches as well', async () => {
    const watched = watchTouched(writer, subject, [])
    await watched.writer.transaction([['XCLAIM', KEY, GROUP, BOB, 0, '2-0', 'JUSTID']])
    await clockMoves()
    expect(await namesOf(watched)).toEqual(['bob'])
    await reads('bob')
    expect(await namesOf(watched)).toEqual([])
  })

  test('one that was not there was made by it; one that came by itself before its own turn was not', async () => {
    const watched = watchTouched(writer, subject, [])
    await claimed(watched.writer, Buffer.from('new'))
    await claimed(watched.writer)
    await reads('late')
    await claimed(watched.writer, Buffer.from('late'))
    expect((await watched.madeConsumers()).map(({ consumer }) => consumer)).toEqual(['new'])
  })

  test('what was made shows nothing later than it is told by, until it reads', async () => {
    const watched = watchTouched(writer, subject, [])
    await claimed(watched.writer, Buffer.from('new'))
    const [{ by } = { by: null }] = await watched.madeConsumers()
    const now = async () => (await direct.time()).map(Number).reduce((s, micros) => s * 1000 + micros / 1000)
    expect(by).not.toBeNull()
    expect(by).toBeLessThanOrEqual(await now())
  })

  test('where TIME is refused, and INFO as well, nothing is known, it is asked for no more, and the claim is carried out', async () => {
    await direct.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-time', '-info')
    const client = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    const watched = watchTouched(clients.writer(client), subject, [])
    expect(await claimed(watched.writer)).toHaveLength(1)
    expect(await claimed(watched.writer)).toHaveLength(1)
    expect(await namesOf(watched)).toEqual([])
    expect(await watched.madeConsumers()).toEqual([])
  })
})
