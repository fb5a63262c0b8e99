import { describe, expect, test } from 'vitest'
import { shown, useMonitoring, type WatchKit } from './watch-kit'

const MIB = 1024 * 1024

/** Beats of the walk, told by the time at which a stream was read. */
async function beats(kit: WatchKit, count: number, key: string): Promise<void> {
  await kit.feed.xadd('tick', '*', 'a', 'b')
  const id = await kit.connect()
  const page = await kit.page(id)
  kit.monitoring.show(id, page.watchId, shown([key]))
  const times = new Set<number>()
  const isRead = (): number => {
    // What says the same is not told again, so it is moved a little.
    kit.feed.xadd('tick', '*', 'a', 'b').catch(() => undefined)
    const at = page.reports.get('tick')?.readAtMs
    if (at !== undefined) times.add(at)
    return times.size
  }
  await expect.poll(isRead, { timeout: 30_000, interval: 250 }).toBeGreaterThanOrEqual(count)
}

const stat = async (kit: WatchKit, name: string, section = 'stats'): Promise<number> =>
  Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(await kit.feed.info(section))?.[1])

describe('a server that drops keys when its memory is full', () => {
  const kit = useMonitoring({ config: ['maxmemory 130mb', 'maxmemory-policy allkeys-lru'] })

  test('drops none because somebody looks, though an entry is half as large as all of it', async () => {
    await kit.feed.xadd('big', '1-0', 'body', Buffer.alloc(50 * MIB, 'x'))
    await kit.feed.xgroup('CREATE', 'big', 'g', '0')
    const value = Buffer.alloc(20_000, 'y')
    let filled = 0
    while ((await stat(kit, 'used_memory', 'memory')) < 128_000_000) {
      await Promise.all(Array.from({ length: 20 }, () => kit.feed.set(`k${(filled += 1)}`, value)))
    }
    const evicted = await stat(kit, 'evicted_keys')
    kit.set({ refreshSeconds: 1 })
    await beats(kit, 4, 'big')
    expect(await stat(kit, 'evicted_keys')).toBe(evicted)
    expect(await kit.feed.exists('big', 'k1')).toBe(2)
  })
})

describe('a server that refuses writes when its memory is full', () => {
  const kit = useMonitoring({ config: ['maxmemory 130mb', 'maxmemory-policy noeviction'] })

  test('refuses none because somebody looks', async () => {
    await kit.feed.xadd('big', '1-0', 'body', Buffer.alloc(50 * MIB, 'x'))
    for (let filled = 0; (await stat(kit, 'used_memory', 'memory')) < 118_000_000; filled += 1) {
      await kit.feed.set(`k${filled}`, Buffer.alloc(200_000, 'y'))
    }
    kit.set({ refreshSeconds: 1 })
    let writes = 0
    let refused = 0
    const writer = kit.redis.client()
    const writing = setInterval(() => {
      writes += 1
      writer.xadd('orders', '*', 'a', 'b').catch(() => (refused += 1))
    }, 10)
    try {
      await beats(kit, 4, 'big')
    } finally {
      clearInterval(writing)
    }
    expect(writes).toBeGreaterThan(10)
    expect(refused).toBe(0)
  })
})

describe('streams of large entries', () => {
  const kit = useMonitoring()

  test('cost no more than others, however often they are looked at', async () => {
    for (let at = 0; at < 40; at += 1) await kit.feed.xadd(`large:${at}`, '1-0', 'body', Buffer.alloc(MIB, 'x'))
    await kit.feed.config('RESETSTAT')
    kit.set({ refreshSeconds: 1 })
    await beats(kit, 4, 'large:1')
    expect(await stat(kit, 'total_net_output_bytes')).toBeLessThan(MIB)
  })
})
