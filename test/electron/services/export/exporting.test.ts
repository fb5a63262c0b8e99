import { gzipSync } from 'node:zlib'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { OwnedClient } from '../../../../electron/redis/client'
import type { DecodeChoice } from '../../../../electron/services/decoding/decoding'
import { FileStopped } from '../../../../electron/services/export/open-file'
import { fromUint8Array } from '../../../../shared/bytes'
import { decodeValue } from '../../../../shared/decode/chain'
import { AppError } from '../../../../shared/error'
import type { ExportSource } from '../../../../shared/model/export'
import { readQuery } from '../../../../shared/query/read-query'
import { message } from '../../../../shared/words/messages'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { longestHold, SLOW_QUERY, slowText } from '../../../helpers/longest-hold'
import { queryOf } from '../../../helpers/query-of'
import { startFaultProxy } from '../../../helpers/fault-proxy'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { ALL, createExportKit, rowsOf, type ExportKitOptions } from './export-kit'

const clients = useSluiceClients()
let redis: TestRedis
let direct: Redis
let client: OwnedClient
useEmptiedServer({}, async (server, own) => {
  ;[redis, direct] = [server, own]
  client = await clients.open(redis)
})
const kitOf = (options: Partial<ExportKitOptions> = {}) => createExportKit({ client, ...options })
const entries = (by: Partial<Extract<ExportSource, { kind: 'entries' }>>): ExportSource => ({
  ...{ kind: 'entries', order: 'oldest' },
  ...by,
})

async function fill(count: number, value = 'v'): Promise<void> {
  for (let from = 1; from <= count; from += 1_000) {
    const pipeline = direct.pipeline()
    for (let n = from; n < from + 1_000 && n <= count; n += 1) pipeline.xadd('orders', `${n}-0`, 'n', n, 'v', value)
    await pipeline.exec()
  }
}
const idsOf = (rows: readonly Record<string, unknown>[]): unknown[] => rows.map(({ id }) => id)
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => `${from <= to ? from + at : from - at}-0`)

describe('entries', () => {
  test('all, in the order of the server, with the bytes that it has', async () => {
    await fill(2_500)
    const odd = [Buffer.from([0xff, 0, 0x0a]), '', 'twice', '1', 'twice', '2', '', '\u2028"\\']
    await direct.xadd('orders', '9000-1', ...odd)
    const exported = await kitOf().run(ALL)
    const rows = rowsOf(exported)
    expect(idsOf(rows)).toEqual([...numbers(1, 2_500), '9000-1'])
    expect(rows.at(-1)).toEqual({
      id: '9000-1',
      fields: [
        [{ base64: '/wAK' }, ''],
        ['twice', '1'],
        ['twice', '2'],
        ['', '\u2028"\\'],
      ],
    })
    const [head] = (exported.text ?? '').split('\n')
    expect(JSON.parse(head ?? '')).toMatchObject({
      stream: 'orders',
      of: 'entries',
      length: 2_501,
      entriesAdded: 2_501,
    })
    const bytes = Buffer.byteLength(exported.text ?? '')
    expect(exported.events[0]).toMatchObject({ kind: 'begun', total: 2_501 })
    expect(exported.last).toEqual({ kind: 'end', rows: 2_501, bytes, removed: 0, missing: 0, untold: 0, masked: 0 })
  })

  test('a range, the newest first, so many; none of what comes after it began', async () => {
    await fill(3_000)
    const kit = kitOf()
    const ids = async (by: Parameters<typeof entries>[0]) => idsOf(rowsOf(await kit.run(entries(by))))
    expect(await ids({ from: '5-0', to: '7-9' })).toEqual(['5-0', '6-0', '7-0'])
    expect(await ids({ order: 'newest', to: '7-0', most: 2 })).toEqual(['7-0', '6-0'])
    expect(await ids({ order: 'newest', from: '1500-0' })).toEqual(numbers(3_000, 1_500))
    expect(await ids({ from: '9000-0' })).toEqual([])
    const busy = kitOf({ onWrite: () => direct.xadd('orders', '*', 'late', '1') })
    expect((await busy.run(ALL)).last).toMatchObject({ kind: 'end', rows: 3_000, removed: 0 })
  })

  test('those ticked, of which some are gone; and what a search finds', async () => {
    await fill(50)
    await direct.xdel('orders', '3-0')
    const kit = kitOf()
    const ticked = await kit.run(entries({ ids: ['9-0', '3-0', '1-0', '9-0'] }))
    expect([idsOf(rowsOf(ticked)), ticked.last]).toEqual([['1-0', '9-0'], expect.objectContaining({ missing: 1 })])
    const query = readQuery('n>=48')
    const found = await kit.run(entries({ ...('query' in query ? { query: query.query } : {}), order: 'newest' }))
    expect(idsOf(rowsOf(found))).toEqual(['50-0', '49-0', '48-0'])
    // A part of a stream does not say that it is one.
    expect(found.text?.split('\n')[0]).not.toContain('length')
  })

  test('says of how many nobody can tell whether they are looked for', async () => {
    await direct.xadd('orders', '1-0', 'v', 'abbac')
    await direct.xadd('orders', '2-0', 'v', 'ab'.repeat(100_000))
    await direct.xgroup('CREATE', 'orders', 'billing', '0')
    await direct.xreadgroup('GROUP', 'billing', 'bob', 'STREAMS', 'orders', '>')
    const query = queryOf('v~/(?:a|b)*a(?:a|b){0,200}[cd]/')
    const found = await kitOf().run(entries({ query }))
    expect([idsOf(rowsOf(found)), found.last]).toEqual([['1-0'], expect.objectContaining({ rows: 1, untold: 1 })])
    const pending = await kitOf().run({ kind: 'pending', group: 'billing', bodies: false, criteria: { query } })
    expect([idsOf(rowsOf(pending)), pending.last]).toEqual([['1-0'], expect.objectContaining({ rows: 1, untold: 1 })])
  })

  test('others get their turn while pending entries are looked through for a slow pattern', async () => {
    for (let id = 1; id <= 10; id += 1) await direct.xadd('orders', `${id}-0`, 'v', slowText(id))
    await direct.xgroup('CREATE', 'orders', 'billing', '0')
    await direct.xreadgroup('GROUP', 'billing', 'bob', 'STREAMS', 'orders', '>')
    const criteria = { query: queryOf(SLOW_QUERY) }
    const { result, part } = await longestHold(() =>
      kitOf().run({ kind: 'pending', group: 'billing', bodies: false, criteria }),
    )
    expect(result.last).toMatchObject({ kind: 'end', rows: 0, untold: 0 })
    expect(part).toBeLessThan(1 / 2)
  })

  test('one of 9 MiB is whole, in every format', async () => {
    const large = Buffer.alloc(9 * 1024 * 1024, 'a text of some words ')
    await direct.call('XADD', 'orders', '1-1', 'a', '1', 'large', large)
    await direct.call('XADD', 'orders', '2-1', 'large', Buffer.alloc(3 * 1024 * 1024, 0xfe))
    const kit = kitOf()
    const rows = rowsOf(await kit.run(ALL)) as { fields: [string, unknown][] }[]
    expect(rows[0]?.fields[1]?.[1] === large.toString()).toBe(true)
    expect((rows[1]?.fields[0]?.[1] as { base64?: string }).base64 === '/v7+'.repeat(1024 * 1024)).toBe(true)
    for (const format of ['csv', 'redis-cli'] as const)
      expect((await kit.run(ALL, { format })).last).toMatchObject({ kind: 'end', rows: 2 })
  }, 30_000)

  test('decoded, as was chosen for the field or is found out; what is not JSON’s stays as it is', async () => {
    const packed = gzipSync('{"n":1}')
    await direct.call('XADD', 'orders', '1-0', 'auto', packed, 'chosen', 'eyJuIjoyfQ==', 'plain', 'text', 'json', '[1]')
    const chosen = { connectionId: 'c', key: 'orders', field: 'chosen', as: 'base64', schema: null } as const
    const asked: unknown[] = []
    const kit = kitOf({
      decodings: [chosen, { ...chosen, field: 'plain', key: 'other' }],
      decode: (bytes, choice) => {
        if (choice.name !== 'auto') return Promise.resolve(viewedHere(bytes, choice))
        asked.push(choice.name)
        expect(Buffer.from(bytes)).toEqual(packed)
        const root = { kind: 'object' as const, members: [{ key: 'n', value: { kind: 'number' as const, text: '1' } }] }
        return Promise.resolve({ chain: ['gzip', 'json'], root, last: null, size: 7, isCut: false, fault: null })
      },
    })
    const exported = await kit.run(ALL, { as: 'decoded' })
    expect(rowsOf(exported)).toEqual([
      {
        id: '1-0',
        fields: [
          ['auto', { decoded: { n: 1 }, by: ['gzip', 'json'] }],
          ['chosen', { decoded: { n: 2 }, by: ['base64', 'json'] }],
          ['plain', 'text'],
          ['json', { decoded: [1], by: ['json'] }],
        ],
      },
    ])
    expect([asked, exported.text?.includes('"as":"decoded"')]).toEqual([['auto'], true])
  })
})

describe('what is pending, and groups', () => {
  async function pendingOrders(): Promise<void> {
    await fill(20)
    await direct.xgroup('CREATE', 'orders', 'billing', '0')
    await direct.xreadgroup('GROUP', 'billing', 'ann', 'COUNT', 12, 'STREAMS', 'orders', '>')
    await direct.xreadgroup('GROUP', 'billing', 'bob', 'COUNT', 3, 'STREAMS', 'orders', '>')
    await direct.xdel('orders', '2-0')
  }

  test('with owner, times, counts and fields; what is gone has none', async () => {
    await pendingOrders()
    const kit = kitOf()
    const rows = rowsOf(await kit.run({ kind: 'pending', group: 'billing', bodies: true }))
    expect(idsOf(rows)).toEqual(numbers(1, 15))
    expect(rows.slice(0, 2)).toMatchObject([
      {
        id: '1-0',
        consumer: 'ann',
        deliveries: 1,
        fields: [
          ['n', '1'],
          ['v', 'v'],
        ],
      },
      { id: '2-0', fields: null },
    ])
    const bobs = await kit.run({ kind: 'pending', group: 'billing', bodies: false, criteria: { consumers: ['bob'] } })
    expect(rowsOf(bobs)).toMatchObject([{ id: '13-0', consumer: 'bob' }, { id: '14-0' }, { id: '15-0' }])
    expect(rowsOf(bobs)[0]).not.toHaveProperty('fields')
    const gone = await kit.run({ kind: 'pending', group: 'billing', bodies: false, criteria: { presence: 'gone' } })
    expect(idsOf(rowsOf(gone))).toEqual(['2-0'])
    const ticked = await kit.run({ kind: 'pending', group: 'billing', bodies: true, ids: ['2-0', '14-0', '19-0'] })
    expect([idsOf(rowsOf(ticked)), ticked.last]).toEqual([['2-0', '14-0'], expect.objectContaining({ missing: 1 })])
    const csv = await kit.run({ kind: 'pending', group: 'billing', bodies: true }, { format: 'csv' })
    expect(csv.text?.split('\r\n')[0]).toBe('id,time,consumer,idle_ms,delivered_at,deliveries,in_stream,n,v,others')
  })

  test('groups have their positions, figures and consumers', async () => {
    await pendingOrders()
    const kit = kitOf()
    const exported = await kit.run({ kind: 'groups' })
    expect(rowsOf(exported)).toMatchObject([
      {
        group: 'billing',
        lastDeliveredId: '15-0',
        pending: 15,
        consumers: [{ name: 'ann', pending: 12 }, { name: 'bob' }],
      },
    ])
    const csv = await kit.run({ kind: 'groups' }, { format: 'csv' })
    expect(csv.text).toMatch(/^group,.*\r\nbilling,15-0,15,15,5,exact,2\r\n$/)
  })
})

describe('what is not whole is no file', () => {
  test.each([
    ['removed', async () => void (await direct.del('orders')), 'stream-gone'],
    [
      'made anew',
      async () => {
        await direct.del('orders')
        await direct.xadd('orders', '900-1', 'n', 'other')
      },
      'stream-anew',
    ],
    ['a key of another type', async () => void (await direct.set('orders', 'x')), 'stream-anew'],
  ])('of a stream that is %s meanwhile', async (_what, change, why) => {
    await fill(3_000, 'v'.repeat(300))
    let isFirst = true
    const kit = kitOf({
      async onWrite() {
        if (isFirst) await change()
        isFirst = false
      },
    })
    const { last, text } = await kit.run(ALL).catch((error: unknown) => ({ last: error, text: null }))
    // Of another type a page can't be read at all.
    expect(last).toMatchObject(last instanceof AppError ? { code: 'REDIS' } : { kind: 'stopped', why })
    expect([text, kit.state()]).toEqual([null, 'dropped'])
  })

  test('entries that are trimmed or deleted meanwhile are counted, and the rest is there', async () => {
    await fill(3_000, 'v'.repeat(300))
    let isFirst = true
    const kit = kitOf({
      async onWrite() {
        if (isFirst) await direct.xtrim('orders', 'MINID', '2900-0')
        isFirst = false
      },
    })
    const exported = await kit.run(ALL)
    expect(exported.last).toMatchObject({ kind: 'end', removed: 2_899 })
    const ids = idsOf(rowsOf(exported))
    expect(ids.slice(-101)).toEqual(numbers(2_900, 3_000))
  })

  test('where the connection is lost', async () => {
    const proxy = await startFaultProxy(redis)
    try {
      await fill(3_000, 'v'.repeat(300))
      const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
      const lost = await clients.open(redis, { profile: { endpoint } })
      const kit = kitOf({ client: lost, onWrite: () => (proxy.refuse(), proxy.cut()) })
      await expect(kit.run(ALL)).rejects.toMatchObject({ code: 'UNREACHABLE' })
      expect(kit.state()).toBe('dropped')
    } finally {
      await proxy.stop()
    }
  })

  test('where the disk is full, whoever fetched it went away, or it is stopped', async () => {
    await fill(3_000, 'v'.repeat(300))
    const full = new AppError('STORAGE', {
      ...{ file: 'a', operation: 'write', why: 'ENOSPC', sent: false },
      problem: message('journal.file-not-written', { file: 'a' }),
    })
    const disk = kitOf({ onWrite: () => Promise.reject(full) })
    await expect(disk.run(ALL)).rejects.toBe(full)
    const left = kitOf({ onWrite: () => Promise.reject(new FileStopped('left')) })
    expect((await left.run(ALL)).last).toMatchObject({ kind: 'stopped', why: 'left' })
    const controller = new AbortController()
    const stopped = kitOf({ onWrite: () => controller.abort(new Error('stopped')) })
    await expect(stopped.run(ALL, {}, 'orders', controller.signal)).rejects.toThrow('stopped')
    expect([disk.state(), left.state(), stopped.state()]).toEqual(['dropped', 'dropped', 'dropped'])
  })

  test('nobody is asked for a place where nothing can be had', async () => {
    const kit = kitOf()
    await expect(kit.run(ALL)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await direct.set('text', 'x')
    await expect(kit.run(ALL, {}, 'text')).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'WRONGTYPE' } })
    await fill(1)
    await direct.call(
      'ACL',
      'SETUSER',
      'blind',
      'on',
      '>p',
      '~*',
      '+@all',
      '-xrange',
      '-xrevrange',
      '-xinfo',
      '-eval_ro',
    )
    const profile = { username: 'blind' }
    const blind = kitOf({ client: await clients.open(redis, { profile, password: 'p' }) })
    await expect(blind.run(ALL)).rejects.toMatchObject({ code: 'REDIS', data: { prefix: 'NOPERM' } })
    await expect(kit.run({ kind: 'pending', group: 'none', bodies: false })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(kit.state()).toBe('dropped')
  })

  test('where XINFO is refused it is written, and what left meanwhile is not known', async () => {
    await fill(30)
    await direct.call('ACL', 'SETUSER', 'half', 'on', '>p', '~*', '+@all', '-xinfo', '-eval_ro', '-eval')
    const half = kitOf({ client: await clients.open(redis, { profile: { username: 'half' }, password: 'p' }) })
    expect((await half.run(ALL)).last).toMatchObject({ kind: 'end', rows: 30, removed: null })
  })

  test('eight at once, and no more', async () => {
    await fill(1)
    let free = (): void => undefined
    const held = new Promise<void>((resolve) => (free = resolve))
    const kit = kitOf({ onWrite: () => held })
    const all = Array.from({ length: 8 }, () => kit.run(ALL))
    await expect(kit.run(ALL)).rejects.toMatchObject({ code: 'BUSY' })
    free()
    await Promise.all(all)
    expect((await kit.run(ALL)).last).toMatchObject({ kind: 'end' })
  })
})

/** What the thread makes of a value that took this one too long. */
function viewedHere(bytes: Uint8Array, choice: DecodeChoice) {
  const limits = { ms: 60_000, depth: 64, nodes: 1_000, unpackedBytes: 1_000, steps: 4 }
  const { chain, root, last, isCut, fault } = decodeValue({ ...choice, bytes, tools: null }, limits)
  return { chain: [...chain], root, last: fromUint8Array(last), size: last.length, isCut, fault }
}

describe('a range that ends before it begins', () => {
  const ends = { from: '9-0', to: '1-0' } as const
  test.each<[string, ExportSource]>([
    ['source.from', entries(ends)],
    ['source.from', entries({ ...ends, order: 'newest' })],
    ['source.criteria.from', { kind: 'pending', group: 'g', bodies: false, criteria: ends }],
  ])('is refused by %s, and there is no file', async (field, source) => {
    await fill(10)
    await direct.xgroup('CREATE', 'orders', 'g', '0')
    const kit = kitOf()
    await expect(kit.run(source)).rejects.toMatchObject({ code: 'BAD_INPUT', data: { field } })
    expect(kit.state()).not.toBe('whole')
  })
})
