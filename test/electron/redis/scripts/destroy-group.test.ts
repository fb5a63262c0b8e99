import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import type { Writer } from '../../../../electron/redis/reader-writer'
import { destroyGroupIfEmpty } from '../../../../electron/redis/scripts/destroy-group-if-empty'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const KEY = Buffer.from([0xff, 0x00, 0x0a])
const GROUP = Buffer.from([0xfe, 0x20])
const NONE = Buffer.from([0xfd])
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
    await direct.xadd(KEY, '1-0', 'a', 'b')
    await direct.xgroup('CREATE', KEY, GROUP, '0')
    await direct.xgroup('CREATE', KEY, 'another', '0')
    writer = clients.writer(await clients.open(redis))
  })

  const read = () => direct.call('XREADGROUP', ['GROUP', GROUP, 'ann', 'STREAMS', KEY, '>'])
  const pending = async () => ((await direct.xpending(KEY, GROUP)) as [number])[0]
  const groups = async () => ((await direct.xinfo('GROUPS', KEY)) as unknown[]).length

  describe('destroy a group', () => {
    test('in which nothing is pending, and no other', async () => {
      expect(await destroyGroupIfEmpty(writer, KEY, GROUP)).toMatchObject({
        state: 'destroyed',
        stood: { lastDeliveredId: '0-0' },
      })
      expect(((await direct.xinfo('GROUPS', KEY)) as unknown[][])[0]?.[1]).toBe('another')
    })

    test('not with an entry pending: it stays so', async () => {
      await read()
      expect(await destroyGroupIfEmpty(writer, KEY, GROUP)).toEqual({ state: 'holds', pending: 1 })
      expect([await groups(), await pending()]).toEqual([2, 1])
    })

    test('not with one pending that is gone from the stream', async () => {
      await read()
      await direct.xdel(KEY, '1-0')
      expect(await destroyGroupIfEmpty(writer, KEY, GROUP)).toEqual({ state: 'holds', pending: 1 })
      expect([await groups(), await pending()]).toEqual([2, 1])
    })

    test('it counts no further than 100', async () => {
      for (let at = 2; at <= 101; at += 1) await direct.xadd(KEY, `${at}-0`, 'a', 'b')
      await read()
      expect(await destroyGroupIfEmpty(writer, KEY, GROUP)).toEqual({ state: 'holds', pending: 100 })
      expect(await pending()).toBe(101)
    })

    test('that is not there, or whose stream is not', async () => {
      const none = { code: 'NOT_FOUND', data: { what: 'group' } }
      await expect(destroyGroupIfEmpty(writer, KEY, NONE)).rejects.toMatchObject(none)
      await expect(destroyGroupIfEmpty(writer, NONE, GROUP)).rejects.toMatchObject(none)
      expect([await groups(), await direct.exists(NONE)]).toEqual([2, 0])
    })

    test.each(['-xpending', '-xgroup'])('as a user with %s: refused, and it stays', async (rule) => {
      await direct.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', rule)
      const limited = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
      const refused = destroyGroupIfEmpty(clients.writer(limited), KEY, GROUP)
      await expect(refused).rejects.toMatchObject({ code: 'REDIS' })
      expect(await groups()).toBe(2)
    })
  })
})
