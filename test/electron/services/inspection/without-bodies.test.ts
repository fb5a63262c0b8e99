import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { abortable } from '../../../../electron/redis/abortable'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { parseStreamInfo, streamInfo, streamInfoMeasured } from '../../../../electron/redis/xinfo'
import { mayBeGoneAfter } from '../../../../electron/services/inspection/entry-presence'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const MIB = 1024 * 1024
const KEY = Buffer.from('orders')

onEachServer('what XINFO STREAM tells, without the two entries that it brings, on %s', (version) => {
  let redis: TestRedis
  let direct: Redis
  beforeAll(async () => {
    redis = await startRedis({ version })
    direct = redis.client()
    for (const id of ['1-0', '2-0', '3-0']) await direct.xadd('orders', id, 'body', Buffer.alloc(2 * MIB, 'x'))
    await direct.xdel('orders', '2-0')
    await direct.xadd('small', '5-1', 'n', '1')
    await direct.xadd('emptied', '5-1', 'n', '1')
    await direct.xdel('emptied', '5-1')
    await direct.set('text', 'no stream')
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await direct.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-@scripting')
    await direct.call('ACL', 'LOG', 'RESET')
  })
  const open = async (): Promise<Reader> => (await clients.open(redis)).reader
  const openWithoutScripts = async (): Promise<Reader> =>
    (await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })).reader
  const sent = async (what: () => Promise<unknown>): Promise<number> => {
    await direct.config('RESETSTAT')
    await what()
    return Number(/total_net_output_bytes:(\d+)/.exec(await direct.info('stats'))?.[1])
  }

  test('the figures of large entries take some hundred bytes, and so does what is concluded from them', async () => {
    const reader = await open()
    expect(await sent(() => streamInfo(reader, KEY))).toBeLessThan(4_000)
    expect(await sent(() => mayBeGoneAfter(reader, KEY, '1-0'))).toBeLessThan(4_000)
  })

  test.each(['orders', 'small', 'emptied'])('they are those of XINFO STREAM itself: %s', async (name) => {
    const [reader, without] = [await open(), await openWithoutScripts()]
    const key = Buffer.from(name)
    const whole = parseStreamInfo(await reader.call('XINFO', 'STREAM', key))
    expect(await streamInfo(reader, key)).toEqual(whole)
    expect(await streamInfo(without, key)).toEqual(whole)
  })

  test('how large the ends are is told with and without scripts', async () => {
    for (const reader of [await open(), await openWithoutScripts()]) {
      expect((await streamInfoMeasured(reader, KEY)).endsBytes).toBeGreaterThanOrEqual(4 * MIB)
      expect((await streamInfoMeasured(reader, Buffer.from('small'))).endsBytes).toBeLessThan(100)
      expect((await streamInfoMeasured(reader, Buffer.from('emptied'))).endsBytes).toBeLessThan(100)
    }
  })

  test('a figure beyond what a script can hold is exact all the same', async () => {
    await direct.xadd('counted', '1-0', 'n', '1')
    await direct.call('XSETID', 'counted', '1-0', 'ENTRIESADDED', '9007199254740993', 'MAXDELETEDID', '0-0')
    expect((await streamInfo(await open(), Buffer.from('counted'))).entriesAdded).toBe(9007199254740993n)
  })

  test('scripts that are refused are asked for once, by an abortable reader too', async () => {
    const reader = await openWithoutScripts()
    for (let at = 0; at < 3; at += 1) {
      await streamInfo(reader, Buffer.from('small'))
      await streamInfo(abortable(reader, new AbortController().signal), Buffer.from('small'))
    }
    expect(((await direct.call('ACL', 'LOG')) as unknown[]).length).toBe(1)
  })

  test('a stream that is gone, another type and a refusal are told as by XINFO STREAM', async () => {
    const reader = await open()
    await expect(streamInfo(reader, Buffer.from('gone'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(streamInfo(reader, Buffer.from('text'))).rejects.toMatchObject({ data: { prefix: 'WRONGTYPE' } })
    await direct.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-xinfo')
    const { reader: refused } = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
    await expect(streamInfo(refused, KEY)).rejects.toMatchObject({
      data: { prefix: 'NOPERM', command: 'XINFO STREAM' },
    })
  })
})
