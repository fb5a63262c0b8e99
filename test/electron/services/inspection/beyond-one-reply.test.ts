import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OwnedClient } from '../../../../electron/redis/client'
import { standalone } from '../../../../electron/redis/topology'
import { createBodyParts } from '../../../../electron/services/inspection/body-parts'
import { readPage } from '../../../../electron/services/inspection/entries'
import { createEntryReads } from '../../../../electron/services/inspection/entry-reads'
import { countAfter } from '../../../../electron/services/inspection/lag-count'
import { createLooker } from '../../../../electron/services/inspection/look'
import { readBodies } from '../../../../electron/services/inspection/pending-bodies'
import { walk } from '../../../../electron/services/inspection/stream-walk'
import { tailStream } from '../../../../electron/services/inspection/tail'
import { createDownloads } from '../../../../electron/web/downloads'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { onEachServer } from '../../../helpers/on-each-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { startSlowLine, type SlowLine } from '../../../helpers/slow-line'
import { useSluiceClients } from '../../../helpers/sluice-client'

const MIB = 1024 * 1024
const KEY = Buffer.from('orders')
const clients = useSluiceClients()

onEachServer('entries that one reply can’t hold, on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  let client: OwnedClient
  let line: number
  const add = (id: string, size: number): Promise<unknown> =>
    feed.xadd('orders', id, 'kind', 'a', 'body', Buffer.alloc(size, 'x'), 'more', 'b')
  useEmptiedServer({ version }, async (server, direct) => {
    ;[redis, feed] = [server, direct]
    await redis.cli('ACL', 'SETUSER', 'plain', 'reset', 'on', '>pw', '~*', '+@all', '-@scripting')
    client = await clients.open(redis, { profile: { username: 'plain' }, password: 'pw' })
    line = client.line()
    await add('1-0', 10)
    await add('2-0', 9 * MIB)
    await add('3-0', 20)
    await add('4-0', 12 * MIB)
  })
  afterEach(() => expect(client.line()).toBe(line))

  const rowsOf = (entries: Iterable<{ id: string; size: number; fields: readonly unknown[]; moreFields: number }>) =>
    [...entries].map(({ id, size, fields, moreFields }) => [id, size, fields.length, moreFields])
  const ROWS = [
    ['1-0', 24, 3, 0],
    ['2-0', 9 * MIB + 14, 1, 2],
    ['3-0', 34, 3, 0],
    ['4-0', 12 * MIB + 14, 1, 2],
  ]

  test('are rows of a list, with their whole size and with what else they have', async () => {
    for (const order of ['oldest', 'newest'] as const) {
      const found: Parameters<typeof rowsOf>[0][] = []
      for (let after: string | undefined; ;) {
        const page = await readPage(client.reader, KEY, { order, after, count: 50 })
        found.push(page.entries)
        if (page.next === null) break
        after = page.next
      }
      const rows = found.flatMap((each) => rowsOf(each))
      expect(order === 'oldest' ? rows : rows.toReversed()).toEqual(ROWS)
    }
  })

  test('are bodies of pending entries', async () => {
    const rows: unknown[] = []
    for (let ids = ['1-0', '2-0', '3-0', '4-0', '5-0']; ids.length > 0;) {
      const { bodies, looked } = await readBodies(client.reader, KEY, ids)
      rows.push(...rowsOf(bodies.values()))
      ids = ids.slice(looked)
    }
    expect(rows).toEqual(ROWS)
  })

  test('are whole where all of them is needed', async () => {
    const sizes: number[] = []
    for await (const page of walk(client.reader, KEY, { from: '-', to: '+' })) {
      sizes.push(...page.map(({ fields }) => fields[3]?.length ?? -1))
    }
    expect(sizes).toEqual([10, 9 * MIB, 20, 12 * MIB])
    const parts = createBodyParts(client.reader, KEY, 100)
    const kept: (number | undefined)[] = []
    for await (const { bodies } of parts([{ id: '1-0' }, { id: '2-0' }, { id: '4-0' }, { id: '9-0' }] as const)) {
      for (const { fields } of bodies.values()) kept.push(fields[3]?.length)
    }
    expect(kept).toEqual([10, 9 * MIB, 12 * MIB])
  })

  test('count', async () => {
    expect(await countAfter(client.reader, KEY, '0-0')).toMatchObject({ counted: expect.any(Number) as number })
    await feed.xtrim('orders', 'MAXLEN', 2)
    expect(await countAfter(client.reader, KEY, '0-0')).toEqual({ counted: 2, complete: true })
  })

  test('are told by a tail as they come, and it goes on', async () => {
    const leave = new AbortController()
    const seen: unknown[] = []
    const source = { reader: client.reader, key: KEY }
    const ended = (async () => {
      for await (const { entries } of tailStream(source, () => client.beside('blocking'), {
        signal: leave.signal,
        blockMs: 200,
      })) {
        seen.push(...rowsOf(entries))
      }
    })()
    await expect.poll(() => redis.cli('INFO', 'clients')).toContain('blocked_clients:1')
    await add('5-0', 11 * MIB)
    await add('6-0', 10)
    await expect
      .poll(() => seen)
      .toEqual([
        ['5-0', 11 * MIB + 14, 1, 2],
        ['6-0', 24, 3, 0],
      ])
    leave.abort()
    await ended
  })

  describe('as the ends of a stream', () => {
    const look = async (reader = client.reader) => {
      let bytes = 0
      const looker = createLooker(reader, (_, count) => (bytes += count))
      await looker.look([{ key: KEY, first: 0 }], 60_000)
      return bytes
    }
    beforeEach(async () => {
      // Small on average, so that its ends are looked at.
      const pipeline = feed.pipeline()
      for (let at = 0; at < 2_000; at += 1) pipeline.xadd('orders', `5-${at}`, 'a', 'b')
      await pipeline.exec()
    })

    test.each([
      ['the last one', async () => void (await add('9-0', 9 * MIB))],
      ['both', async () => void (await feed.xtrim('orders', 'MINID', '2-0'), await add('9-0', 9 * MIB))],
    ])('%s: it is met once, and not asked for again', async (_what, make) => {
      await make()
      await look()
      expect(await look()).toBeLessThan(5_000)
    })
  })
})

describe('on a slow line', () => {
  let redis: TestRedis
  let slow: SlowLine
  let client: OwnedClient
  useEmptiedServer({}, async (server, feed) => {
    redis = server
    await feed.xadd('orders', '1-0', 'body', Buffer.alloc(900_000, 'x'))
    slow = await startSlowLine(redis, { delayMs: 1, bytesPerSecond: 400_000 })
    const endpoint = { kind: 'tcp', host: slow.host, port: slow.port } as const
    client = await clients.open(redis, { profile: { endpoint }, commandTimeoutMs: 300, silenceMs: 5_000 })
  })
  afterEach(() => slow.stop())
  const reads = () => {
    const { save } = createDownloads()
    return createEntryReads({ topology: () => standalone(client), saveFile: save })
  }
  const asked = { connectionId: 'c', key: 'orders', id: '1-0', skip: 0, find: '', large: false, size: 900_004 }

  test('an entry that takes longer than any command may opens, and nothing else waits for it', async () => {
    const line = client.line()
    const opened = reads().fields(asked)
    let isOpen = false
    void opened.then(() => (isOpen = true))
    expect(await client.reader.call('XLEN', KEY)).toBe('1')
    expect(isOpen).toBe(false)
    expect(await opened).toMatchObject({ count: 1, size: 900_004 })
    expect(client.line()).toBe(line)
  })

  test('it is left as soon as nobody wants it, and its connection with it', async () => {
    const leave = new AbortController()
    const opened = reads().fields(asked, leave.signal)
    await expect.poll(async () => (await redis.cli('CLIENT', 'LIST')).match(/name=sluice /g)).toHaveLength(2)
    leave.abort(new Error('left'))
    await expect(opened).rejects.toThrow('left')
    await expect.poll(async () => (await redis.cli('CLIENT', 'LIST')).match(/name=sluice /g)).toHaveLength(1)
    expect(client.isReady()).toBe(true)
  })
})
