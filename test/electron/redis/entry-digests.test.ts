import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestOfBody, entryDigests, type IdRange } from '../../../electron/redis/entry-digests'
import type { Reader } from '../../../electron/redis/reader-writer'
import { range } from '../../../electron/redis/xrange'
import { onEachServer } from '../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { useSluiceClients } from '../../helpers/sluice-client'

const clients = useSluiceClients()
const KEY = Buffer.from('orders')
const KIB = 1024
const BODIES: readonly (readonly Buffer[])[] = [
  [Buffer.from('n'), Buffer.alloc(0)],
  [Buffer.from([0xff, 0, 0x0a]), Buffer.from('ü; 3:x')],
  [Buffer.from('n'), Buffer.alloc(64 * KIB - 1, 'a')],
  [Buffer.from('n'), Buffer.alloc(64 * KIB, 'a')],
  [Buffer.from('n'), Buffer.concat([Buffer.alloc(200 * KIB, 'a'), Buffer.from('the end')])],
  Array.from({ length: 400 }, (_, at) => Buffer.alloc(500 + at, String(at))),
]
const IDS = BODIES.map((_, at): IdRange => [`${at + 1}-0`, `${at + 1}-0`])

onEachServer('digests of entries on %s', (version) => {
  let redis: TestRedis
  let direct: Redis
  beforeAll(async () => {
    redis = await startRedis({ version })
    direct = redis.client()
    for (const [at, body] of BODIES.entries()) await direct.call('XADD', KEY, `${at + 1}-0`, ...body)
    await direct.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-@scripting')
    await direct.call('ACL', 'SETUSER', 'blind', 'reset', 'on', '>pw', '~*', '+@all', '-xrange')
  })
  afterAll(() => redis.stop())
  const openAs = async (username: string): Promise<Reader> =>
    (await clients.open(redis, { profile: { username }, password: 'pw' })).reader

  test('the server makes the same ones as this process does of what it reads', async () => {
    const { reader } = await clients.open(redis)
    const made = await entryDigests(reader, KEY, IDS, 1e9)
    const read = new Map<string, string>()
    for (const [id] of IDS) {
      for (const { fields } of await range(reader, KEY, { from: id, to: id, count: 1 }))
        read.set(id, digestOfBody(fields))
    }
    expect(made).toEqual(read)
    expect(new Set(read.values()).size).toBe(BODIES.length)
  })

  test('they end once so many bytes were touched, and leave out what is not there', async () => {
    const { reader } = await clients.open(redis)
    const found = await entryDigests(reader, KEY, [['9-0', '9-0'], ...IDS.toReversed(), ['2-1', '+']], 100 * KIB)
    expect([...(found?.keys() ?? [])]).toEqual(['6-0'])
    expect([...((await entryDigests(reader, KEY, [['2-1', '4-0']], 1)) ?? []).keys()]).toEqual(['3-0'])
  })

  test('there are none without scripts; a refusal is that of XRANGE', async () => {
    expect(await entryDigests(await openAs('lim'), KEY, IDS, 1e9)).toBeNull()
    const refusal = { code: 'REDIS', data: { prefix: 'NOPERM', command: 'XRANGE' } }
    await expect(entryDigests(await openAs('blind'), KEY, IDS, 1e9)).rejects.toMatchObject(refusal)
  })
})

test('a digest goes by each part, its length, and both ends of what is long', () => {
  const of = (...parts: string[]): string => digestOfBody(parts.map((part) => Buffer.from(part)))
  const long = 'x'.repeat(100 * KIB)
  const all = [
    ...[of('ab', 'c'), of('a', 'bc'), of('ab'), of('ab', 'c', ''), of('n', long), of('n', `${long}x`)],
    ...[of('n', `y${long.slice(1)}`), of('n', `${long.slice(1)}y`), of('m', long), of('n', long, '')],
  ]
  expect(new Set(all).size).toBe(all.length)
})
