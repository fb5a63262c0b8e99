import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { idTimeMs } from '../../../../shared/entry-id'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { triageRows } from '../../../../shared/judgement/triage-row'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { summarize } from '../../../../electron/services/inspection/summaries'
import { onEachServer } from '../../../helpers/on-each-server'
import { longer } from '../../../helpers/soak'
import { serverClock } from '../../../helpers/server-clock'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const KEY = 'orders'

const RUNS = longer(40)
const HOUR = 3_600_000

/** What befalls a stream and its group, one after the other. Places are parts of what is there, 0 to 1. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('burst' as const),
    agoMs: fc.integer({ min: 0, max: 48 * HOUR }),
    count: fc.integer({ min: 1, max: 400 }),
  }),
  fc.record({ kind: fc.constant('read' as const), count: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constant('delete' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('trim' as const), keep: fc.integer({ min: 0, max: 300 }) }),
  fc.record({
    kind: fc.constant('set id' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    read: fc.option(fc.integer({ min: 0, max: 500 })),
  }),
  fc.record({ kind: fc.constant('make anew' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function play(feed: Redis, history: readonly Step[]): Promise<void> {
  await feed.flushall()
  await feed.xgroup('CREATE', KEY, 'g', '0', 'MKSTREAM')
  const now = Number((await feed.time())[0]) * 1_000
  const idAt = async (part: number): Promise<string> => {
    const ids = (await feed.xrange(KEY, '-', '+')).map(([id]) => id)
    return ids[Math.min(ids.length - 1, Math.floor(part * ids.length))] ?? '0'
  }
  const bursts = history.flatMap((one) => (one.kind === 'burst' ? [one.agoMs] : [])).sort((a, b) => b - a)
  for (const one of history) {
    switch (one.kind) {
      case 'burst': {
        const at = now - (bursts.shift() ?? 0)
        const pipeline = feed.pipeline()
        for (let seq = 0; seq < one.count; seq += 1) pipeline.xadd(KEY, `${at}-*`, 'n', seq)
        await pipeline.exec()
        break
      }
      case 'read':
        await feed.xreadgroup('GROUP', 'g', 'c', 'COUNT', one.count, 'STREAMS', KEY, '>')
        break
      case 'delete':
        await feed.xdel(KEY, await idAt(one.at))
        break
      case 'trim':
        await feed.xtrim(KEY, 'MAXLEN', one.keep)
        break
      case 'set id':
        await feed.call('XGROUP', [
          'SETID',
          KEY,
          'g',
          await idAt(one.at),
          ...(one.read === null ? [] : ['ENTRIESREAD', String(one.read)]),
        ])
        break
      case 'make anew':
        await feed.xgroup('DESTROY', KEY, 'g')
        await feed.xgroup('CREATE', KEY, 'g', await idAt(one.at))
        break
    }
  }
}

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  let reader: Reader
  beforeAll(async () => {
    redis = await startRedis({ version })
    feed = redis.client()
    reader = (await clients.open(redis)).reader
  })
  afterAll(() => redis.stop())

  test('whatever happened to a stream and its group, lag and waiting are the truth, or are marked', async () => {
    const lags = { exact: 0, all: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (history) => {
        await play(feed, history)
        const groups = (await feed.xinfo('GROUPS', KEY)) as unknown[][]
        const flat = groups[0] ?? []
        const after = String(flat[flat.indexOf('last-delivered-id') + 1])
        const unread = (await feed.xrange(KEY, `(${after}`, '+')).map(([id]) => id)
        const askedAt = await serverClock(feed)
        const [summary] = await summarize(reader, [Buffer.from(KEY)], defaultThresholds)
        const toldAt = await serverClock(feed)
        const [row] = triageRows(summary!, defaultThresholds)
        lags.all += 1
        if (row?.group.lag.kind === 'exact') {
          lags.exact += 1
          expect(Number(row.group.lag.value)).toBe(unread.length)
        }
        const [first] = unread
        const since = first === undefined ? null : (idTimeMs(first, toldAt) ?? NaN)
        const [least, most] = since === null ? [0, 0] : [askedAt - since, toldAt - since]
        expect(row?.waiting.ms).toBeGreaterThanOrEqual(least)
        expect(row?.waiting.ms).toBeLessThanOrEqual(most)
        // Never at peace where the truth is beyond a threshold, and at peace where it isn't.
        const isLate = unread.length >= defaultThresholds.laggingEntries || least > defaultThresholds.laggingAfterMs
        if (isLate) expect(row?.state).not.toBe('fine')
        if (unread.length === 0) expect(row?.isLagging).toBe(false)
      }),
      { numRuns: RUNS },
    )
    expect(lags.exact / lags.all).toBeGreaterThanOrEqual(0.9)
  })
})
