import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { idTimeMs } from '../../../../shared/entry-id'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { triageRows } from '../../../../shared/judgement/triage-row'
import type { Lag } from '../../../../shared/model/group'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { summarize } from '../../../../electron/services/inspection/summaries'
import { onEachServer } from '../../../helpers/on-each-server'
import { longer } from '../../../helpers/soak'
import { serverClock } from '../../../helpers/server-clock'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'

const clients = useSluiceClients()
const KEY = 'orders'

/** 300 and more in a soak, on each server. */
const RUNS = longer(40)
const LONG_RUNS = longer(3)
const HOUR = 3_600_000
/** Without scripts, no entry of a stream is sent that a pending list makes look large, and that takes more than this. */
const MOST_SENT = 512 * 1024

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
/** More than is ever counted, in one go. */
const longBurst = fc.record({
  kind: fc.constant('burst' as const),
  agoMs: fc.integer({ min: 0, max: 30 * 24 * HOUR }),
  count: fc.integer({ min: 8_000, max: 45_000 }),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
/** Seen in CI: one small entry beside a pending list of 79 kB. */
const trimmedBesidePending: Step[] = [
  { kind: 'burst', agoMs: 0, count: 135 },
  { kind: 'read', count: 135 },
  { kind: 'trim', keep: 1 },
]

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
        const script = `for n = 1, ARGV[2] do redis.call('XADD', KEYS[1], ARGV[1] .. '-*', 'n', n) end`
        await feed.eval(script, 1, KEY, at, one.count)
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
  beforeAll(async () => {
    redis = await startRedis({ version, users: ['plain on >pw ~* +@all -@scripting'] })
    feed = redis.client()
  })
  afterAll(() => redis.stop())

  /** The truth, by reading all of it, and what is told of it. */
  async function judged(reader: Reader) {
    const groups = (await feed.xinfo('GROUPS', KEY)) as unknown[][]
    const flat = groups[0] ?? []
    const after = String(flat[flat.indexOf('last-delivered-id') + 1])
    const [first, unread] = (await feed.eval(
      `local found = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+') return { found[1] and found[1][1] or false, #found }`,
      1,
      KEY,
      after,
    )) as [string | null, number]
    const askedAt = await serverClock(feed)
    const [summary] = await summarize(reader, [Buffer.from(KEY)], defaultThresholds)
    const toldAt = await serverClock(feed)
    const [row] = triageRows(summary!, defaultThresholds)
    if (!row) throw new Error('there is no such group')
    return { first, unread, askedAt, toldAt, row }
  }

  /** No figure is wrong without its mark, and none is twice off where it is an estimate. */
  function expectHonest({ value, kind, atMost }: Lag, truth: number): void {
    if (kind === 'exact') expect(Number(value)).toBe(truth)
    if (kind === 'atLeast') expect(Number(value)).toBeLessThanOrEqual(truth)
    if (kind === 'estimate') expect([Number(value) <= 2 * truth, truth <= 2 * Number(value)]).toEqual([true, true])
    if (kind !== 'exact') expect(Number(atMost ?? Infinity)).toBeGreaterThanOrEqual(truth)
  }

  test.each([
    ['', {}, null],
    [', for a user without scripts', { username: 'plain' }, 'pw'],
  ] as const)(
    'whatever happened to a stream and its group, lag and waiting are the truth, or are marked%s',
    async (_who, profile, password) => {
      const { reader } = await clients.open(redis, { profile, password })
      const lags = { exact: 0, all: 0 }
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (history) => {
          await play(feed, history)
          const { first, unread, askedAt, toldAt, row } = await judged(reader)
          lags.all += 1
          if (row.group.lag.kind === 'exact') lags.exact += 1
          expectHonest(row.group.lag, unread)
          const since = first === null ? null : (idTimeMs(first, toldAt) ?? NaN)
          const [least, most] = since === null ? [0, 0] : [askedAt - since, toldAt - since]
          if (row.waiting.ms === null) {
            // Marked: what is pending counts as memory, so that the few entries beside it may be large.
            expect([row.waiting.kind, row.state]).toEqual(['unknown', 'not-known'])
            expect([password, Number(await feed.memory('USAGE', KEY)) > MOST_SENT]).toEqual(['pw', true])
          } else {
            expect(row.waiting.ms).toBeGreaterThanOrEqual(least)
            expect(row.waiting.ms).toBeLessThanOrEqual(most)
          }
          // Never at peace where the truth is beyond a threshold, and at peace where it isn't.
          const isLate = unread >= defaultThresholds.laggingEntries || least > defaultThresholds.laggingAfterMs
          if (isLate) expect(row.state).not.toBe('fine')
          if (unread === 0) expect(row.isLagging).toBe(false)
        }),
        { numRuns: RUNS, examples: [[trimmedBesidePending]] },
      )
      expect(lags.exact / lags.all).toBeGreaterThanOrEqual(0.9)
    },
  )

  test('beyond what is counted nothing is wrong without its mark, and no estimate more than twice off', async () => {
    const { reader } = await clients.open(redis)
    const history = fc
      .tuple(fc.array(step, { maxLength: 4 }), longBurst, fc.array(fc.oneof(step, longBurst), { maxLength: 3 }))
      .map(([before, burst, after]) => [...before, burst, ...after])
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        await play(feed, steps)
        const { unread, row } = await judged(reader)
        expectHonest(row.group.lag, unread)
        if (unread >= defaultThresholds.laggingEntries) expect(row.state).not.toBe('fine')
      }),
      { numRuns: LONG_RUNS },
    )
  })
})
