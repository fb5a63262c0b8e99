import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { movesOf, type Move } from '../../../../shared/judgement/moves'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { createStreamHistory, type StreamHistory } from '../../../../electron/services/monitoring/stream-history'
import { runNumber } from '../../../../electron/services/monitoring/run-number'
import { summarize } from '../../../../electron/services/inspection/summaries'
import type { OwnedClient } from '../../../../electron/redis/client'
import { useEmptiedServer } from '../../../helpers/emptied-server'
import { onEachServer } from '../../../helpers/on-each-server'
import type { TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()

onEachServer('what went on between two looks, on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  let client: OwnedClient
  let history: StreamHistory
  let looks = 0
  useEmptiedServer({ version }, async (server, direct) => {
    ;[redis, feed] = [server, direct]
    client = await clients.open(redis)
    await client.fence()
    history = createStreamHistory()
    looks = 0
    await feed.xgroup('CREATE', 'orders', 'g', '0', 'MKSTREAM')
  })

  const add = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) await feed.xadd('orders', '*', 'n', at)
  }
  const read = async (count: number): Promise<readonly string[]> => {
    const reply = await feed.xreadgroup('GROUP', 'g', 'c', 'COUNT', count, 'STREAMS', 'orders', '>')
    const [[, entries] = ['', []]] = (reply ?? []) as [string, [string, string[]][]][]
    return entries.map(([id]) => id)
  }
  async function look(): Promise<void> {
    const [summary] = await summarize(client.reader, [Buffer.from('orders')], defaultThresholds)
    if (!summary) throw new Error('no summary')
    looks += 1
    history.add(looks * 10_000, summary, 9, runNumber(client.runId()))
  }
  /** What it is said to have been, from before to after. */
  async function moved(doing: () => Promise<unknown>): Promise<Move> {
    await look()
    await doing()
    await look()
    const move = movesOf(history.samples('g')).at(-1)
    if (!move) throw new Error('no move')
    return move
  }

  test('added, read, acked and trimmed: each as it was', async () => {
    await add(5)
    await read(2)
    const move = await moved(async () => {
      await add(20)
      const ids = await read(10)
      await feed.xack('orders', 'g', ...ids.slice(0, 4))
      await feed.xtrim('orders', 'MAXLEN', 6)
    })
    expect(move).toMatchObject({ in: 20, delivered: 10, acked: 4, removed: 19, breaks: null })
  })

  test('entries that are trimmed unread are not delivered', async () => {
    await add(30)
    await read(3)
    const move = await moved(() => feed.xtrim('orders', 'MAXLEN', 2))
    expect(move).toMatchObject({ in: 0, delivered: 0, acked: 0, removed: 28, breaks: null })
  })

  test('a group that is set back is a break, and not a rate', async () => {
    await add(10)
    await read(8)
    const move = await moved(() => feed.call('XGROUP', 'SETID', 'orders', 'g', '0', 'ENTRIESREAD', '0'))
    expect(move).toMatchObject({ in: 0, delivered: null, acked: null, breaks: 'group-moved' })
  })

  test('set without a count: not told', async () => {
    await add(10)
    await read(8)
    const move = await moved(() => feed.xgroup('SETID', 'orders', 'g', '0'))
    expect(move).toMatchObject({ in: 0, delivered: null, acked: null })
  })

  test('set beyond what there was to read is a break', async () => {
    await add(10)
    await read(2)
    const move = await moved(() => feed.call('XGROUP', 'SETID', 'orders', 'g', '$', 'ENTRIESREAD', '500'))
    // Some servers take no count beyond the stream's own: then it looks as if all there was had been read.
    const isCapped = move.breaks === null
    expect(move).toMatchObject(
      isCapped ? { in: 0, delivered: 8 } : { in: 0, delivered: null, acked: null, breaks: 'group-moved' },
    )
  })

  test('a group that is made anew is a break', async () => {
    await add(10)
    await read(8)
    const move = await moved(async () => {
      await feed.xgroup('DESTROY', 'orders', 'g')
      await feed.xgroup('CREATE', 'orders', 'g', '0')
      await read(3)
    })
    expect(move).toMatchObject({ in: 0, delivered: null, acked: null, breaks: 'group-moved' })
  })

  test('a stream that is made anew under the same name is a break', async () => {
    await add(10)
    await read(8)
    const move = await moved(async () => {
      await feed.del('orders')
      await feed.xgroup('CREATE', 'orders', 'g', '0', 'MKSTREAM')
      await add(4)
      await read(1)
    })
    expect(move).toMatchObject({ in: null, delivered: null, removed: null, breaks: 'stream-anew' })
  })

  test('a server that comes back with more than it had is a break', async () => {
    await add(10)
    await read(8)
    const move = await moved(async () => {
      await redis.restart({ keepData: true })
      await expect.poll(() => client.isReady(), { timeout: 20_000 }).toBe(true)
      await client.fence()
      feed = redis.client()
      await feed.xgroup('CREATE', 'orders', 'g', '0', 'MKSTREAM').catch(() => undefined)
      await add(500)
    })
    expect(move).toMatchObject({ in: null, delivered: null, acked: null, removed: null, breaks: 'restarted' })
  })
})
