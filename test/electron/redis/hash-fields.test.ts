import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OwnedClient } from '../../../electron/redis/client'
import { deleteHashFields } from '../../../electron/redis/hdel'
import { lookAtHashes } from '../../../electron/redis/hash-fields'
import { expireHashFields } from '../../../electron/redis/hpexpireat'
import type { Writer } from '../../../electron/redis/reader-writer'
import { giveFieldsBack, writtenValue, type FieldBack } from '../../../electron/redis/scripts/give-fields-back'
import { onEachServer } from '../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

const HASH = Buffer.from([0x68, 0xff, 0x00])
const NAME = Buffer.from([0xfe, 0x0a])
const TEXT = Buffer.from('text')
const clients = useSluiceClients()
const b = (text: string): Buffer => Buffer.from(text)
const field = (name: Buffer, written: Buffer, before: Buffer | null): FieldBack => ({
  ...{ name, before, expireAt: null },
  written: writtenValue(written),
})

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let client: OwnedClient
  let writer: Writer
  beforeAll(async () => {
    redis = await startRedis({ version })
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await redis.cli('FLUSHALL')
    await redis.cli('SET', 'text', 'x')
    client = await clients.open(redis)
    writer = clients.writer(client)
    await redis.client().hset(HASH, NAME, Buffer.from([0x80]), 'empty', '')
  })
  const held = (...names: readonly (string | Buffer)[]) => redis.client().hmgetBuffer(HASH, ...names)

  describe('a look at hashes', () => {
    test('tells empty from absent, any bytes, and what does not exist', async () => {
      const asks = [
        { key: HASH, names: [NAME, b('empty'), b('none')] },
        { key: b('none'), names: [NAME] },
      ]
      expect(await lookAtHashes(client.reader, asks, 100)).toEqual([
        {
          ...{ state: 'read', exists: true, expireAt: [null, null, null] },
          values: [Buffer.from([0x80]), Buffer.alloc(0), null],
        },
        { state: 'read', exists: false, values: [null], expireAt: [null] },
      ])
    })

    test('asks for no value where they are too large together, and tells how large', async () => {
      await redis.client().hset(HASH, 'large', 'x'.repeat(101))
      const asks = [
        { key: HASH, names: [b('large')] },
        { key: HASH, names: [NAME] },
      ]
      await redis.cli('CONFIG', 'RESETSTAT')
      expect(await lookAtHashes(client.reader, asks, 100)).toMatchObject([
        { state: 'too-large', bytes: 101 },
        { state: 'read' },
      ])
      expect(await redis.cli('INFO', 'commandstats')).toMatch(/cmdstat_hmget:calls=1,/)
    })

    test('tells WRONGTYPE and NOPERM of that key alone', async () => {
      await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~text', '%R~h*', '&*', '+@all')
      const lim = await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' })
      const names = [NAME]
      const looks = await lookAtHashes(
        lim.reader,
        [TEXT, b('other'), HASH].map((key) => ({ key, names })),
        100,
      )
      expect(looks).toMatchObject([
        { state: 'refused', error: { data: { prefix: 'WRONGTYPE', key: 'text' } } },
        { state: 'refused', error: { data: { prefix: 'NOPERM', key: 'other' } } },
        { state: 'read' },
      ])
    })

    test('of more fields than one round trip takes keeps their order', async () => {
      const names = Array.from({ length: 1_203 }, (_, at) => b(`f${at}`))
      await redis.client().hset(HASH, ...names.flatMap((name, at) => [name, String(at)]))
      const [look] = await lookAtHashes(client.reader, [{ key: HASH, names }], 100_000)
      expect(look?.state === 'read' && look.values.map(String)).toEqual(names.map((_, at) => String(at)))
    })
  })

  describe('fields given back', () => {
    test('get what they held or go, where they hold what was written', async () => {
      const done = await giveFieldsBack(writer, HASH, [
        field(NAME, Buffer.from([0x80]), Buffer.from([0x00, 0xff])),
        field(b('empty'), Buffer.alloc(0), null),
      ])
      expect(done).toEqual({ back: 2, left: 0, failure: null })
      expect(await held(NAME, 'empty')).toEqual([Buffer.from([0x00, 0xff]), null])
    })

    test('are left alone where they hold anything else, or nothing: an absent one is not an empty one', async () => {
      const done = await giveFieldsBack(writer, HASH, [
        field(NAME, Buffer.from([0x81]), b('old')),
        field(b('none'), Buffer.alloc(0), b('old')),
        field(b('empty'), b('x'), b('old')),
      ])
      expect(done).toEqual({ back: 0, left: 3, failure: null })
      expect(await held(NAME, 'none', 'empty')).toEqual([Buffer.from([0x80]), null, Buffer.alloc(0)])
    })

    test('of a key that is no hash, or that is not there, change nothing', async () => {
      const { failure } = await giveFieldsBack(writer, TEXT, [field(NAME, b('x'), b('old'))])
      expect(failure).toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE', key: 'text' } })
      expect(await giveFieldsBack(writer, b('none'), [field(NAME, b('x'), b('old'))])).toMatchObject({ left: 1 })
      expect([await redis.cli('GET', 'text'), await redis.cli('EXISTS', 'none')]).toEqual(['x', '0'])
    })

    test('are refused unsent where there is none, or there are too many', async () => {
      await expect(giveFieldsBack(writer, HASH, [])).rejects.toThrow(RangeError)
      const many = Array.from({ length: 1_001 }, () => field(NAME, b('x'), null))
      await expect(giveFieldsBack(writer, HASH, many)).rejects.toThrow(RangeError)
    })
  })

  test('HDEL counts what there was, and refuses nothing to delete; HPEXPIREAT where the server has it', async () => {
    expect(await deleteHashFields(writer, HASH, [NAME, b('none')])).toBe(1)
    expect(await held(NAME)).toEqual([null])
    await expect(deleteHashFields(writer, HASH, [])).rejects.toThrow(RangeError)
    await expect(deleteHashFields(writer, TEXT, [NAME])).rejects.toMatchObject({ data: { prefix: 'WRONGTYPE' } })
    await expect(expireHashFields(writer, HASH, [], 1)).rejects.toThrow(RangeError)
    const expire = () => expireHashFields(writer, HASH, [b('empty')], 1)
    if ((await redis.cli('COMMAND', 'INFO', 'HPEXPIREAT')) === '') {
      await expect(expire()).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    } else {
      await expire()
      expect(await held('empty')).toEqual([null])
    }
  })
})
