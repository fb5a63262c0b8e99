import { describe, expect, test } from 'vitest'
import { fill, shown, useMonitoring } from './watch-kit'

const kit = useMonitoring()

/** How often the server was sent each command, refused or not. */
async function commandStats(): Promise<ReadonlyMap<string, number>> {
  const info = await kit.feed.info('commandstats')
  const lines = info.matchAll(/^cmdstat_([^:]+):calls=(\d+),.*rejected_calls=(\d+)/gm)
  return new Map([...lines].map(([, name = '', calls, rejected]) => [name, Number(calls) + Number(rejected)]))
}
async function counting(work: () => Promise<void>, ...names: readonly string[]): Promise<readonly number[]> {
  const before = await commandStats()
  await work()
  const after = await commandStats()
  return names.map((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0))
}
const READS = ['xinfo|stream', 'xinfo|groups', 'xpending', 'xinfo|consumers', 'xrange'] as const

/** A group with a consumer that holds the first entries of the stream. */
async function hold(key: string, entries: number, consumer = 'w1'): Promise<void> {
  for (let at = 1; at <= entries; at += 1) await kit.feed.xadd(key, `${at}-0`, 'n', at)
  await kit.feed.xgroup('CREATE', key, 'billing', '0')
  await kit.feed.xreadgroup('GROUP', 'billing', consumer, 'COUNT', entries, 'STREAMS', key, '>')
}

describe('one walk', () => {
  test('serves two pages: each stream is read once, and both are told of all', async () => {
    kit.set({ refreshSeconds: 0 })
    const names = await fill(kit.feed, 450)
    const id = await kit.connect()
    const reads = await counting(
      async () => {
        const pages = await Promise.all([kit.page(id), kit.page(id)])
        for (const { reports } of pages) await expect.poll(() => reports.size).toBe(450)
        expect([...(pages[0]?.reports.keys() ?? [])].sort()).toEqual(names)
        expect(pages[1]?.reports.get('s0001')).toEqual(pages[0]?.reports.get('s0001'))
      },
      ...READS,
    )
    expect(reads).toEqual([450, 450, 0, 0, 0])
    expect(kit.logged()).not.toContain('"level":50')
  })

  test('is not made again for a new latency: only a link that was lost is back', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 30)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(30)
    const reads = await counting(
      async () => {
        // Told at once, when it is measured first, and 2 s later.
        let told = 0
        for await (const { state } of kit.connections.watch(id)) if (state === 'open' && (told += 1) === 3) break
      },
      'xinfo|stream',
      'xinfo|groups',
    )
    expect(reads).toEqual([0, 0])
  })

  test('goes on without a page; one that comes is told what is known, and no command is sent for it', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 30)
    const id = await kit.connect()
    kit.monitoring.opened(id)
    await expect.poll(async () => (await commandStats()).get('xinfo|groups') ?? 0).toBeGreaterThanOrEqual(30)
    const first = await kit.page(id)
    await expect.poll(() => first.reports.size).toBe(30)
    first.leave()
    const reads = await counting(async () => {
      const page = await kit.page(id)
      await expect.poll(() => page.reports.size).toBe(30)
      await expect.poll(() => page.findings).toEqual({ list: [], count: 0, bad: 0, snoozed: 0 })
    }, 'xinfo|stream')
    expect(reads).toEqual([0])
  })

  test('reads what is on a screen before the rest', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 500)
    const id = await kit.connect()
    void kit.proxy.fault('EVALSHA_RO', { kind: 'delay', ms: 2 }, 450)
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBeGreaterThan(0)
    const last = [...(await kit.feed.keys('s*'))].filter((key) => !page.reports.has(key)).slice(-2)
    kit.monitoring.show(id, page.watchId, shown(last))
    await expect.poll(() => last.every((key) => page.reports.has(key))).toBe(true)
    expect(page.reports.size).toBeLessThan(500)
    await expect.poll(() => page.reports.size, { timeout: 60_000 }).toBe(500)
    expect(page.told).toHaveLength(500)
  })

  test('gives way to keys and clicks, except with what is on a screen', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 450)
    const id = await kit.connect()
    const pressing = setInterval(() => kit.monitoring.giveWay(id), 20)
    try {
      kit.monitoring.opened(id)
      kit.monitoring.giveWay(id)
      const page = await kit.page(id)
      // The search is no part of the walk: it goes on.
      await expect.poll(() => kit.proxy.commands.filter((name) => name === 'SCAN').length).toBeGreaterThan(0)
      kit.monitoring.show(id, page.watchId, shown(['s0440']))
      await expect.poll(() => page.reports.has('s0440')).toBe(true)
      expect([...page.reports.keys()]).toEqual(['s0440'])
      clearInterval(pressing)
      await expect.poll(() => page.reports.size).toBe(450)
    } finally {
      clearInterval(pressing)
    }
  })

  test('reads all of them again when somebody asks for it, each once', async () => {
    kit.set({ refreshSeconds: 0, laggingEntries: 1 })
    await fill(kit.feed, 1_000)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(1_000)
    await kit.feed.eval(`for i = 1, 1000 do redis.call('XADD', string.format('s%04d', i), '2-1', 'a', 'b') end`, 0)
    const reads = await counting(
      async () => {
        kit.monitoring.refresh(id)
        const lagging = () => [...page.reports.values()].filter(({ state }) => state === 'lagging').length
        await expect.poll(lagging).toBe(1_000)
      },
      ...READS,
    )
    expect(reads).toEqual([1_000, 1_000, 0, 0, 1_000])
  })

  test('reads again by itself no more than the budget lets through, and all of them in turn', async () => {
    let spent = 0
    let streams = 0
    // A stream costs one command, and five that the script sends.
    const left = (): number => streams - spent / 6
    kit.useBudget({ spend: (commands) => void (spent += commands), room: left, waitMs: () => (left() > 0 ? 0 : 5) })
    kit.set({ refreshSeconds: 0, laggingEntries: 1 })
    await fill(kit.feed, 300)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(300)
    // The first walk is what the user started by opening the connection.
    expect(spent).toBe(0)
    await kit.feed.eval(`for i = 1, 300 do redis.call('XADD', string.format('s%04d', i), '2-1', 'a', 'b') end`, 0)
    kit.set({ refreshSeconds: 1 })
    const lagging = () => [...page.reports.values()].filter(({ state }) => state === 'lagging').length
    streams = 7
    await expect.poll(lagging, { timeout: 5_000 }).toBe(7)
    expect(spent).toBe(7 * 6)
    streams = 5_000
    await expect.poll(lagging, { timeout: 10_000 }).toBe(300)
  })

  test('does not hurry for a page that is hidden', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 3)
    const [seenId, hiddenId] = [await kit.connect(), await kit.connect()]
    const [seen, hidden] = [await kit.page(seenId), await kit.page(hiddenId)]
    await expect.poll(() => seen.reports.size + hidden.reports.size).toBe(6)
    kit.monitoring.show(hiddenId, hidden.watchId, shown(['s0001'], true))
    const first = hidden.reports.get('s0001')?.readAtMs
    kit.set({ refreshSeconds: 1 })
    for (const turn of [2, 3, 4, 5]) {
      await kit.feed.xadd('s0002', `${turn}-0`, 'a', 'b')
      await expect.poll(() => seen.reports.get('s0002')?.summary.length, { timeout: 5_000 }).toBe(turn)
    }
    // One who comes is told first when it was read before he came.
    for await (const event of kit.monitoring.watch(hiddenId)) {
      if (event.kind !== 'streams') continue
      const report = event.streams.find(({ summary }) => summary.key === 's0001')
      expect(report?.readAtMs).toBe(first)
      break
    }
    kit.monitoring.show(hiddenId, hidden.watchId, shown(['s0001']))
    await expect.poll(() => hidden.reports.get('s0002')?.summary.length).toBe(5)
  })

  test('reads at once again what was changed from here', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 5)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(5)
    await kit.feed.xadd('s0003', '5-0', 'a', 'b')
    kit.monitoring.look(id, ['s0003', 'unheard-of'])
    await expect.poll(() => page.reports.get('s0003')?.summary.length).toBe(2)
    expect(page.told).toHaveLength(6)
  })

  test('tells ten thousand streams in few events', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 10_000)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size, { timeout: 90_000 }).toBe(10_000)
    await expect.poll(() => page.findings?.count).toBe(0)
    expect(page.events).toBeLessThanOrEqual(10_000 / 200 + 60)
  })

  test('tells nothing where nothing has changed', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 20)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(20)
    const again = async (): Promise<void> => {
      await kit.feed.xadd('s0020', '*', 'a', 'b')
      const length = await kit.feed.xlen('s0020')
      kit.monitoring.refresh(id)
      await expect.poll(() => page.reports.get('s0020')?.summary.length).toBe(length)
    }
    // By the second look a line can be drawn.
    await again()
    await again()
    const told = page.told.length
    await again()
    expect(page.told.slice(told)).toEqual(['s0020'])
  })
})

describe('a connection', () => {
  test('that is lost and back is read again at once, by the same walk', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 5)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(5)
    kit.proxy.refuse()
    kit.proxy.cut()
    await expect.poll(() => kit.connections.status(id).state).toBe('reconnecting')
    kit.monitoring.refresh(id)
    await kit.feed.xadd('s0002', '9-0', 'a', 'b')
    kit.proxy.accept()
    await expect.poll(() => page.reports.get('s0002')?.summary.length, { timeout: 10_000 }).toBe(2)
    expect(page.hasEnded).toBe(false)
    expect(kit.logged()).not.toContain('"level":50')
  })

  test('that is back is read again within the budget, as nobody asked for it', async () => {
    kit.set({ refreshSeconds: 0 })
    let spent = 0
    kit.useBudget({ spend: (commands) => void (spent += commands), room: () => 3 - spent / 6, waitMs: () => 5 })
    await fill(kit.feed, 30)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(30)
    await kit.feed.eval(`for i = 1, 30 do redis.call('XADD', string.format('s%04d', i), '2-1', 'a', 'b') end`, 0)
    const reread = () => [...page.reports.values()].filter(({ summary }) => summary.length === 2).length
    kit.proxy.cut()
    await expect.poll(reread, { timeout: 10_000 }).toBe(3)
    expect(spent).toBe(3 * 6)
    kit.monitoring.refresh(id)
    await expect.poll(reread).toBe(30)
    expect(spent).toBe(3 * 6)
  })

  test('lost in the middle of the first walk: what was not read then is read afterwards', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 900)
    const id = await kit.connect()
    void kit.proxy.fault((args) => args[2] === 's0500', { kind: 'cut-before-reply' })
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size, { timeout: 15_000 }).toBe(900)
  })

  test('that is closed ends its pages, frees what was kept, and is asked no more', async () => {
    kit.set({ refreshSeconds: 1 })
    await fill(kit.feed, 5)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(5)
    expect(kit.monitoring.past(id, Buffer.from('s0001'))).toHaveLength(1)
    kit.connections.close(id)
    await expect.poll(() => page.hasEnded).toBe(true)
    expect(kit.monitoring.past(id, Buffer.from('s0001'))).toEqual([])
    await expect(kit.page(id)).rejects.toThrow()
    const reads = await counting(async () => {
      const other = await kit.connect()
      const seen = await kit.page(other)
      await expect.poll(() => seen.reports.size).toBe(5)
      await kit.feed.xadd('s0002', '9-0', 'a', 'b')
      await expect.poll(() => seen.reports.get('s0002')?.summary.length, { timeout: 5_000 }).toBe(2)
    }, 'xinfo|stream')
    expect(reads[0]).toBeLessThanOrEqual(20)

    await kit.connections.open(id)
    const again = await kit.page(id)
    await expect.poll(() => again.reports.size).toBe(5)
  })

  test('loses a stream that is gone once it is searched again', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 3)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(3)
    await kit.feed.del('s0002')
    kit.monitoring.refresh(id)
    await expect.poll(() => page.reports.get('s0002')?.summary.error?.code).toBe('NOT_FOUND')
    for await (const { state } of kit.discovery.discover(id, true)) if (state === 'done') break
    await expect.poll(() => kit.monitoring.past(id, Buffer.from('s0002'))).toEqual([])
    const later = await kit.page(id)
    await expect.poll(() => later.reports.size).toBe(2)
  })

  test('a page that leaves is forgotten: what it had on its screen comes no sooner', async () => {
    kit.set({ refreshSeconds: 0 })
    await fill(kit.feed, 3)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(3)
    // What was read last comes last, unless it is on a screen.
    const [first = '', , last = ''] = page.told
    kit.monitoring.show(id, page.watchId, shown([last]))
    page.leave()
    await expect.poll(() => page.hasEnded).toBe(true)
    kit.monitoring.show(id, page.watchId, shown([last]))
    const stays = await kit.page(id)
    await expect.poll(() => stays.reports.size).toBe(3)
    const order: string[] = []
    void kit.proxy.fault(
      ([command = '', , , key = '']) => {
        if (command.toUpperCase() === 'EVALSHA_RO') order.push(key)
        return false
      },
      { kind: 'delay', ms: 0 },
    )
    await kit.feed.xadd(last, '7-0', 'a', 'b')
    kit.monitoring.refresh(id)
    await expect.poll(() => stays.reports.get(last)?.summary.length).toBe(2)
    expect([order[0], order[2]]).toEqual([first, last])
  })
})

describe('what is made of the streams', () => {
  test('is told with each, and found as the page found it', async () => {
    kit.set({ refreshSeconds: 0, stalledAfterMs: 1_000, poisonDeliveries: 3 })
    await hold('orders', 4)
    for (let times = 0; times < 3; times += 1) await kit.feed.call('XCLAIM', 'orders', 'billing', 'w1', '0', '2-0')
    await kit.feed.xdel('orders', '3-0')
    await fill(kit.feed, 2)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect
      .poll(
        () => {
          kit.monitoring.refresh(id)
          return page.findings?.list.map(({ kind }) => kind)
        },
        { timeout: 10_000, interval: 300 },
      )
      .toEqual(['stalled', 'poison', 'gone'])
    expect(page.findings?.list[0]).toMatchObject({ consumer: 'w1', pending: 4, others: 0, othersPending: 0 })
    expect(page.findings?.list[1]).toMatchObject({
      peek: { mostId: '2-0', mostDeliveries: 4, poison: 1, poisonDeliveries: 3, lookedFor: 4, gone: 1 },
    })
    expect(page.reports.get('orders')).toMatchObject({
      state: 'stalled-hold',
      groups: [{ state: 'stalled-hold', peek: { gone: 1 } }],
    })
  })

  test('changes with the thresholds, and no command is sent for it', async () => {
    kit.set({ refreshSeconds: 0 })
    await kit.feed.xadd('orders', '*', 'a', 'b')
    await kit.feed.xgroup('CREATE', 'orders', 'audit', '0')
    await kit.feed.xgroup('CREATECONSUMER', 'orders', 'audit', 'w1')
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.reports.get('orders')?.state).toBe('fine')
    const reads = await counting(async () => {
      kit.set({ laggingEntries: 1 })
      await expect.poll(() => page.reports.get('orders')?.state).toBe('lagging')
      await expect.poll(() => page.findings?.list.map(({ kind }) => kind)).toEqual(['lagging'])
    }, 'xinfo|stream')
    expect(reads).toEqual([0])
  })

  test('is unknown, not 0, where the server refuses to tell', async () => {
    kit.set({ refreshSeconds: 0 })
    await hold('orders', 4)
    await hold('secret', 1)
    await kit.redis.cli('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~orders', '&*', '+@all', '-xinfo|consumers')
    const id = await kit.connect({ username: 'lim' }, 'pw')
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(2)
    expect(page.reports.get('orders')?.summary.groups).toMatchObject([
      { pending: 4, active: null, stalled: null, stalledPending: null, worst: null, oldestPendingId: '1-0' },
    ])
    expect(page.reports.get('secret')).toMatchObject({ state: 'unreadable', summary: { error: { code: 'REDIS' } } })
    await expect.poll(() => page.findings?.list).toMatchObject([{ kind: 'unreadable', streams: 1, keys: ['secret'] }])
    await kit.redis.cli('ACL', 'DELUSER', 'lim')
  })

  test('is told as far as a page shows it, and counted whole', async () => {
    kit.set({ refreshSeconds: 0, laggingEntries: 1 })
    await fill(kit.feed, 60)
    await kit.feed.eval(`for i = 1, 60 do redis.call('XADD', string.format('s%04d', i), '2-1', 'a', 'b') end`, 0)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.findings?.count).toBe(60)
    expect(page.findings?.list).toHaveLength(24)
    kit.monitoring.show(id, page.watchId, { ...shown([]), findings: 44 })
    await expect.poll(() => page.findings?.list.length).toBe(44)
  })
})
