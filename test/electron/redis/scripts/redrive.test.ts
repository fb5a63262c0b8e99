import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { OwnedClient } from '../../../../electron/redis/client'
import type { Writer } from '../../../../electron/redis/reader-writer'
import { redriveEntries, type RedrivenEntry, type RedriveOrder } from '../../../../electron/redis/scripts/redrive'
import { addEntry } from '../../../../electron/redis/xadd'
import { range, type RawEntry } from '../../../../electron/redis/xrange'
import { onEachServer } from '../../../helpers/on-each-server'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import { startRedis, withRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const KEY = Buffer.concat([Buffer.from('dead{1}'), EVERY_BYTE])
const TARGET = Buffer.concat([Buffer.from('orders{1}'), EVERY_BYTE])
const ORDER: RedriveOrder = { key: KEY, target: TARGET, create: true }
const TEXT = Buffer.from('text')
const fields = (...texts: readonly string[]) => texts.map((text) => Buffer.from(text))
const clients = useSluiceClients()
/** Its own two parts are kept, of four. */
const letter = (id: string): RedrivenEntry => ({
  ...{ id, fields: fields('n', id, 'why', 'poison'), kept: 2 },
  tail: fields('redrives', '1'),
})

onEachServer('a redrive by script on %s', (version) => {
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
    for (const id of ['1-1', '1-2', '1-3']) await addEntry(writer, KEY, id, letter(id).fields, { create: true })
  })

  const entries = (key: Buffer): Promise<readonly RawEntry[]> =>
    range(client.reader, key, { from: '-', to: '+', count: 1000 })
  const left = async () => (await entries(KEY)).map(({ id }) => id)
  const asUser = async (...rules: readonly string[]): Promise<Writer> => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', ...rules)
    return clients.writer(await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' }))
  }

  test('the copy has what is kept of it and its tail, byte for byte and in order; the entry is gone', async () => {
    const odd: RedrivenEntry = {
      ...{ id: '2-1', fields: [EVERY_BYTE, Buffer.alloc(0), EVERY_BYTE, EVERY_BYTE], kept: 4 },
      tail: [EVERY_BYTE, EVERY_BYTE],
    }
    await addEntry(writer, KEY, odd.id, odd.fields, { create: true })
    const { outcomes, failure } = await redriveEntries(writer, ORDER, [letter('1-2'), letter('1-1'), odd])
    expect(failure).toBeNull()
    const written = await entries(TARGET)
    expect(outcomes).toEqual(written.map(({ id }) => ({ state: 'moved', copyId: id })))
    expect(written.map((entry) => entry.fields)).toEqual([
      fields('n', '1-2', 'redrives', '1'),
      fields('n', '1-1', 'redrives', '1'),
      [...odd.fields, ...odd.tail],
    ])
    expect(await left()).toEqual(['1-3'])
  })

  test('what is gone, or has other fields by now, is left as it is, and so is one named twice', async () => {
    await redis.client().callBuffer('XDEL', [KEY, '1-1'])
    const other = { ...letter('1-2'), fields: fields('n', '1-2', 'why', 'other') }
    const fewer = { ...letter('1-2'), fields: fields('n', '1-2') }
    const more = { ...letter('1-2'), fields: fields('n', '1-2', 'why', 'poison', 'n', '1') }
    const asked = [letter('1-1'), other, fewer, more, letter('1-3'), letter('1-3'), letter('9-9')]
    const { outcomes } = await redriveEntries(writer, ORDER, asked)
    expect(outcomes.map(({ state }) => state)).toEqual([
      ...['gone', 'changed', 'changed', 'changed', 'moved', 'gone', 'gone'],
    ])
    expect([await left(), (await entries(TARGET)).length]).toEqual([['1-2'], 1])
  })

  test('a target that is not there is made only when asked to', async () => {
    const { outcomes, failure } = await redriveEntries(writer, { ...ORDER, create: false }, [letter('1-1')])
    expect([outcomes, failure]).toMatchObject([[], { code: 'NOT_FOUND', data: { what: 'stream' } }])
    expect([await left(), await redis.client().exists(TARGET)]).toEqual([['1-1', '1-2', '1-3'], 0])
    await addEntry(writer, TARGET, '5-0', fields('a', 'b'), { create: true })
    await redriveEntries(writer, { ...ORDER, create: false }, [letter('1-1')])
    expect([await left(), (await entries(TARGET)).length]).toEqual([['1-2', '1-3'], 2])
  })

  test('a target that holds something else, or is full to its last id: nothing more is deleted', async () => {
    const wrong = await redriveEntries(writer, { ...ORDER, target: TEXT }, [letter('1-1')])
    expect(wrong).toMatchObject({
      outcomes: [],
      failure: { data: { prefix: 'WRONGTYPE', command: 'XADD', key: 'text' } },
    })
    await addEntry(writer, TARGET, '18446744073709551615-18446744073709551614', fields('a', 'b'), { create: true })
    const full = await redriveEntries(writer, ORDER, ['1-1', '1-2', '1-3'].map(letter))
    expect(full).toMatchObject({
      outcomes: [{ state: 'moved' }],
      failure: { data: { prefix: 'ERR', command: 'XADD' } },
    })
    expect(await left()).toEqual(['1-2', '1-3'])
  })

  test('full memory: nothing is copied, nothing is deleted', async () => {
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    const refused = await redriveEntries(writer, ORDER, [letter('1-1')]).finally(() =>
      redis.cli('CONFIG', 'SET', 'maxmemory', '0'),
    )
    expect(refused).toMatchObject({ outcomes: [], failure: { data: { prefix: 'OOM', command: 'XADD' } } })
    expect([await left(), await redis.client().exists(TARGET)]).toEqual([['1-1', '1-2', '1-3'], 0])
  })

  test.each(['xadd', 'xrange'])('a user who may not %s: nothing is copied, nothing is deleted', async (name) => {
    const { outcomes, failure } = await redriveEntries(await asUser(`-${name}`), ORDER, [letter('1-1')])
    expect([outcomes, failure]).toMatchObject([[], { data: { command: name.toUpperCase() } }])
    expect([await left(), await redis.client().exists(TARGET)]).toEqual([['1-1', '1-2', '1-3'], 0])
  })

  test('a user who may not delete: its copy is known, and no second is made', async () => {
    const { outcomes, failure } = await redriveEntries(await asUser('-xdel'), ORDER, [letter('1-1'), letter('1-2')])
    const [copy] = await entries(TARGET)
    expect(outcomes).toEqual([{ state: 'copied-only', copyId: copy?.id }])
    expect(failure).toMatchObject({ code: 'REDIS', data: { command: 'XDEL' } })
    expect([await left(), (await entries(TARGET)).length]).toEqual([['1-1', '1-2', '1-3'], 1])
  })

  test('a user who may only read the dead letters: nothing is copied', async () => {
    await redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '%R~dead*', '~orders*', '+@all')
    const limited = clients.writer(await clients.open(redis, { profile: { username: 'lim' }, password: 'pw' }))
    await expect(redriveEntries(limited, ORDER, [letter('1-1')])).rejects.toMatchObject({ data: { prefix: 'NOPERM' } })
    expect([await left(), await entries(TARGET)]).toEqual([['1-1', '1-2', '1-3'], []])
  })

  test('50 entries of one call and no more, none at all, half a field and its own stream are refused unsent', async () => {
    const many = Array.from({ length: 51 }, (_, at) => letter(`3-${at}`))
    const half = { ...letter('1-1'), tail: [TEXT] }
    const wide = { ...letter('1-1'), kept: 7_000, fields: Array.from({ length: 7_000 }, () => TEXT) }
    for (const bad of [many, [], [half], [wide]]) {
      await expect(redriveEntries(writer, ORDER, bad)).rejects.toThrow(RangeError)
    }
    await expect(redriveEntries(writer, { ...ORDER, target: KEY }, [letter('1-1')])).rejects.toThrow(RangeError)
    expect(await left()).toEqual(['1-1', '1-2', '1-3'])
  })

  test('as many fields as a script can hand on are copied', async () => {
    const wide = Array.from({ length: 6_998 }, () => TEXT)
    await addEntry(writer, KEY, '2-1', wide, { create: true })
    const { outcomes } = await redriveEntries(writer, ORDER, [{ ...letter('2-1'), fields: wide, kept: 6_998 }])
    expect([outcomes, (await entries(TARGET))[0]?.fields.length]).toMatchObject([[{ state: 'moved' }], 7_000])
  })

  test('READONLY on a replica, and it has the same copies under the same ids', () =>
    withRedis(
      async (replica) => {
        await expect.poll(() => replica.cli('DBSIZE'), { timeout: 30_000 }).toBe('2')
        const there = await clients.open(replica)
        const refused = await redriveEntries(clients.writer(there), ORDER, [letter('1-1')])
        expect(refused).toMatchObject({ outcomes: [], failure: { data: { prefix: 'READONLY', command: 'XADD' } } })
        await redriveEntries(writer, ORDER, [letter('1-1'), letter('1-2')])
        const here = await entries(TARGET)
        expect(here).toHaveLength(2)
        const copied = (key: Buffer) => range(there.reader, key, { from: '-', to: '+', count: 9 })
        await expect.poll(() => copied(TARGET)).toEqual(here)
        await expect.poll(() => copied(KEY)).toMatchObject([{ id: '1-3' }])
      },
      { version, config: [`replicaof ${redis.host} ${redis.port}`] },
    ))

  test.each(['cut-before-reply', 'cut-before-forward'] as const)(
    '%s is an unknown outcome, and nothing is sent again',
    async (kind) => {
      const proxy = await startFaultProxy(redis)
      const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
      const through = await clients.open(redis, { profile: { endpoint } })
      void proxy.fault('EVAL', { kind })
      const call = redriveEntries(clients.writer(through), ORDER, [letter('1-1')])
      await expect(call).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME', data: { command: 'EVAL' } })
      await expect.poll(() => through.reader.call('PING').catch(() => null)).toEqual(Buffer.from('PONG'))
      expect(await entries(TARGET)).toHaveLength(kind === 'cut-before-reply' ? 1 : 0)
      await proxy.stop()
    },
  )
})
