import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Writer } from '../../../electron/redis/reader-writer'
import { idempotenceOf, setIdempotence } from '../../../electron/redis/xcfgset'
import { onEachServer } from '../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

const KEY = Buffer.from('orders')
const NONE = Buffer.from('none')
const clients = useSluiceClients()

onEachServer('on %s', (version) => {
  const has = /^redis-8\.([6-9]|\d\d)/.test(version)
  let redis: TestRedis
  let writer: Writer
  beforeAll(async () => {
    redis = await startRedis({ version })
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await redis.cli('FLUSHALL')
    await redis.cli('XADD', 'orders', '1-1', 'a', 'b')
    writer = clients.writer(await clients.open(redis))
  })

  if (!has) {
    test('it is null, and can’t be set', async () => {
      expect(await idempotenceOf(writer.reader, KEY)).toBeNull()
      const setting = setIdempotence(writer, KEY, { durationSeconds: 5, maxSize: 5 })
      await expect(setting).rejects.toMatchObject({ code: 'UNSUPPORTED', data: { feature: 'XCFGSET' } })
    })
    return
  }

  test('what a stream tracks of its producers is read, set, and unused until one of them adds', async () => {
    const { reader } = writer
    await setIdempotence(writer, KEY, { durationSeconds: 77, maxSize: 33 })
    const unused = { durationSeconds: 77, maxSize: 33, producers: 0, ids: 0, isUsed: false }
    expect(await idempotenceOf(reader, KEY)).toEqual(unused)
    await redis.cli('XADD', 'orders', 'IDMP', 'producer', 'once', '*', 'a', 'b')
    expect(await idempotenceOf(reader, KEY)).toEqual({ ...unused, producers: 1, ids: 1, isUsed: true })
  })

  test('it is neither read nor set where there is no stream', async () => {
    const noStream = { code: 'NOT_FOUND', data: { what: 'stream', name: 'none' } }
    await expect(idempotenceOf(writer.reader, NONE)).rejects.toMatchObject(noStream)
    await expect(setIdempotence(writer, NONE, { durationSeconds: 5, maxSize: 5 })).rejects.toMatchObject(noStream)
    expect(await redis.cli('EXISTS', 'none')).toBe('0')
  })

  test('nor set to what the server takes for none', async () => {
    const tooFew = setIdempotence(writer, KEY, { durationSeconds: 0, maxSize: 0 })
    await expect(tooFew).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'ERR', command: 'XCFGSET' } })
  })
})
