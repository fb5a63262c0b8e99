import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Writer } from '../../../../electron/redis/reader-writer'
import { MOST_GROUPS, trimUnneeded, type UnneededHow } from '../../../../electron/redis/scripts/trim-unneeded'
import { MAX_ID } from '../../../../shared/entry-id'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const NAME = 'orders'
const KEY = Buffer.from(NAME)
const ALL: UnneededHow = { kind: 'all' }
const clients = useSluiceClients()

onEachServer('trimming what no group needs on %s', (version) => {
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
    writer = clients.writer(await clients.open(redis))
    for (let n = 1; n <= 12; n += 1) await direct.xadd(NAME, `${n}-0`, 'n', n)
  })

  const first = async () => (await direct.xrange(NAME, '-', '+', 'COUNT', 1))[0]?.[0]
  const read = async (group: string, count: number): Promise<void> => {
    await direct.xgroup('CREATE', NAME, group, '0')
    await direct.xreadgroup('GROUP', group, 'alice', 'COUNT', count, 'STREAMS', NAME, '>')
  }
  const ack = (group: string, ...ids: readonly number[]) => direct.xack(NAME, group, ...ids.map((id) => `${id}-0`))

  test('without groups all that was asked for goes, and no more', async () => {
    const done = await trimUnneeded(writer, KEY, '5-0', ALL)
    expect(done).toEqual({ state: 'trimmed', removed: 4, before: '5-0', heldBy: null })
    expect(await first()).toBe('5-0')
  })

  test('the oldest pending entry stays, though all after it is acked', async () => {
    await read('billing', 12)
    await ack('billing', 1, 2, 4, 5, 6, 7, 8)
    const done = await trimUnneeded(writer, KEY, '9-0', ALL)
    expect(done).toEqual({ state: 'trimmed', removed: 2, before: '3-0', heldBy: Buffer.from('billing') })
    expect(await first()).toBe('3-0')
  })

  test('what a group has not read stays; its last delivered entry goes', async () => {
    await read('audit', 5)
    await ack('audit', 1, 2, 3, 4, 5)
    const done = await trimUnneeded(writer, KEY, '9-0', ALL)
    expect(done).toMatchObject({ removed: 5, before: '5-1', heldBy: Buffer.from('audit') })
    expect(await first()).toBe('6-0')
  })

  test('of several groups the one that needs the first counts', async () => {
    await read('a', 12)
    await read('b', 3)
    await read('c', 7)
    await ack('a', 1, 2, 3, 4, 5, 6, 7)
    await ack('c', 1, 2, 3, 4, 5, 6, 7)
    await ack('b', 1, 3)
    expect(await trimUnneeded(writer, KEY, '9-0', ALL)).toMatchObject({ before: '2-0', heldBy: Buffer.from('b') })
  })

  test('where all that was asked for is done with, nobody holds it back', async () => {
    await read('a', 8)
    await ack('a', 1, 2, 3, 4)
    expect(await trimUnneeded(writer, KEY, '5-0', ALL)).toMatchObject({ removed: 4, before: '5-0', heldBy: null })
  })

  test('a group of any name, the empty one too', async () => {
    await direct.xgroup('CREATE', NAME, '', '0')
    expect(await trimUnneeded(writer, KEY, '9-0', ALL)).toMatchObject({ removed: 0, heldBy: Buffer.alloc(0) })
  })

  test.each([
    ['7-9', '7-10'],
    ['7-199', '7-200'],
    ['7-18446744073709551614', '7-18446744073709551615'],
    ['7-18446744073709551615', '8-0'],
    ['9999999999999999-18446744073709551615', '10000000000000000-0'],
    ['18446744073709551615-18446744073709551614', MAX_ID],
  ])('after %s the first that is not read is %s', async (delivered, next) => {
    await direct.del(NAME)
    await direct.xadd(NAME, '1-0', 'n', 1)
    await direct.xgroup('CREATE', NAME, 'g', delivered)
    await direct.xadd(NAME, MAX_ID, 'n', 2)
    // Where it needs nothing before that, what was asked for stands.
    const done = await trimUnneeded(writer, KEY, MAX_ID, ALL)
    expect(done).toMatchObject({ before: next, heldBy: next === MAX_ID ? null : Buffer.from('g') })
  })

  test('a group that is beyond the greatest id holds nothing back', async () => {
    await direct.xgroup('CREATE', NAME, 'g', MAX_ID)
    expect(await trimUnneeded(writer, KEY, '9-0', ALL)).toMatchObject({ removed: 8, heldBy: null })
  })

  test('by nodes at most as many as the limit says; by ids those that nobody needs', async () => {
    await direct.del(NAME)
    for (let n = 1; n <= 450; n += 1) await direct.xadd(NAME, `${n}-0`, 'n', n)
    await read('g', 330)
    await ack('g', ...Array.from({ length: 320 }, (_, at) => at + 1))
    const nodes = await trimUnneeded(writer, KEY, '400-0', { kind: 'nodes', limit: 250 })
    expect(nodes).toMatchObject({ before: '321-0' })
    const removed = nodes.state === 'trimmed' ? nodes.removed : 0
    expect([removed > 0, removed <= 250]).toEqual([true, true])
    const ids = ['319-0', '320-0', '321-0', '322-0']
    expect(await trimUnneeded(writer, KEY, '400-0', { kind: 'ids', ids })).toMatchObject({ removed: 2 })
    expect((await direct.xrange(NAME, '318-0', '322-0')).map(([id]) => id)).toEqual(['318-0', '321-0', '322-0'])
    expect(await trimUnneeded(writer, KEY, '400-0', { kind: 'ids', ids: ['321-0'] })).toMatchObject({ removed: 0 })
  })

  test('of more groups than it may look at it removes nothing', async () => {
    for (let n = 0; n <= MOST_GROUPS; n += 1) await direct.xgroup('CREATE', NAME, `g${n}`, '$')
    expect(await trimUnneeded(writer, KEY, '9-0', ALL)).toEqual({ state: 'many-groups' })
    expect(await direct.xlen(NAME)).toBe(12)
    await direct.xgroup('DESTROY', NAME, 'g7')
    expect(await trimUnneeded(writer, KEY, '9-0', ALL)).toMatchObject({ removed: 8 })
  })

  test.each(['-xpending', '-xinfo', '-xtrim'])(
    'where the user may not %s nothing goes, and it says so',
    async (rule) => {
      await read('g', 5)
      await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', rule)
      const limited = clients.writer(await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' }))
      await expect(trimUnneeded(limited, KEY, '9-0', ALL)).rejects.toMatchObject({
        code: 'REDIS',
        data: { reply: expect.stringMatching(/permission|ACL failure|can't run this command/) as string },
      })
      expect(await direct.xlen(NAME)).toBe(12)
    },
  )

  test('a stream that is gone, or no stream by now, is told', async () => {
    await direct.del(NAME)
    await expect(trimUnneeded(writer, KEY, '9-0', ALL)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await direct.set(NAME, 'text')
    await expect(trimUnneeded(writer, KEY, '9-0', ALL)).rejects.toMatchObject({ data: { prefix: 'WRONGTYPE' } })
  })

  test('more ids than a script takes are never sent', async () => {
    const ids = Array.from({ length: 1_001 }, (_, at) => `${at + 1}-0`)
    await expect(trimUnneeded(writer, KEY, '9-0', { kind: 'ids', ids })).rejects.toThrow(RangeError)
  })
})
