import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { Reader } from '../../../../../electron/redis/reader-writer'
import { pendingTimelineOf } from '../../../../../electron/services/inspection/timeline/pending-timeline'
import { timelineOf, type TimelineOptions } from '../../../../../electron/services/inspection/timeline/timeline'
import type { Timeline, TimelineEvent } from '../../../../../shared/model/timeline'
import { useEmptiedServer } from '../../../../helpers/emptied-server'
import { onEachServer } from '../../../../helpers/on-each-server'
import type { TestRedis } from '../../../../helpers/redis-server'
import { useSluiceClients } from '../../../../helpers/sluice-client'

const KEY = Buffer.from('orders')
const GROUP = Buffer.from('billing')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const clients = useSluiceClients()

async function all(events: AsyncIterable<TimelineEvent>): Promise<readonly TimelineEvent[]> {
  const list: TimelineEvent[] = []
  for await (const event of events) list.push(event)
  return list
}
function counted(event: TimelineEvent | undefined): Timeline {
  if (event?.kind !== 'counted') throw new Error(`nothing was counted: ${JSON.stringify(event)}`)
  return event
}
const sum = ({ buckets }: Timeline): number => buckets.reduce((total, { count }) => total + count, 0)

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let direct: Redis
  useEmptiedServer({ version }, async (server, client) => {
    ;[redis, direct] = [server, client]
    await direct.call('ACL', 'SETUSER', 'lim', 'reset', 'on', '>pw', '~*', '+@all', '-@scripting')
  })
  /** In the order given, which is that of their times. */
  async function fill(times: readonly number[], value = 'v'): Promise<void> {
    const script =
      "for _, ms in ipairs(cjson.decode(ARGV[1])) do redis.call('XADD', KEYS[1], ms .. '-*', 'f', ARGV[2]) end"
    await direct.eval(script, 1, KEY, JSON.stringify(times.map(String)), value)
  }
  const truth = ({ buckets, fromMs, stepMs }: Timeline, times: readonly number[]): readonly number[] =>
    buckets.map((_, at) => {
      const begins = fromMs + at * stepMs
      return times.filter((ms) => ms >= begins && ms < begins + stepMs).length
    })

  describe.each([
    ['with scripts, where there are any', {}],
    ['without scripts', { profile: { username: 'lim' }, password: 'pw' }],
  ])('%s', (_, user) => {
    const read = async (options: TimelineOptions = {}, signal?: AbortSignal): Promise<readonly TimelineEvent[]> => {
      const { reader } = await clients.open(redis, user)
      return all(timelineOf({ reader, key: KEY }, { few: 1_000, ...options }, signal))
    }

    test('few entries are counted one by one, wherever they lie, until now', async () => {
      const now = Date.now()
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 20 * DAY })), {
            ...{ minLength: 1, maxLength: 400 },
          }),
          async (ages) => {
            await direct.del(KEY)
            const times = ages.map((age) => now - age).sort((a, b) => a - b)
            await fill(times)
            const last = counted((await read({ buckets: 60 })).at(-1))
            expect(last.buckets.map(({ count }) => count)).toEqual(truth(last, times))
            expect(last.buckets.every(({ isSampled }) => !isSampled)).toBe(true)
            expect(last.fromMs + last.buckets.length * last.stepMs).toBeGreaterThan(now)
            expect(last).toMatchObject({ hasTimeless: false, counting: null, length: times.length })
          },
        ),
        { numRuns: 8 },
      )
    })

    test('of many it is said about where they lie: all of them, and empty times exactly', async () => {
      const now = Date.now()
      // An hour of many, hours of nothing, an hour of few.
      const busy = Array.from({ length: 9_000 }, (__, n) => now - 10 * HOUR + n * 400)
      const quiet = Array.from({ length: 60 }, (__, n) => now - HOUR + n * 1_000)
      await fill([...busy, ...quiet])
      const events = await read()
      expect(events).toHaveLength(1)
      const told = counted(events[0])
      const right = truth(told, [...busy, ...quiet])
      expect(Math.abs(sum(told) - 9_060)).toBeLessThan(told.buckets.length)
      const full = told.stepMs / 400
      told.buckets.forEach(({ count, isSampled }, at) => {
        const there = right[at] ?? 0
        if (!isSampled) expect([at, count]).toEqual([at, there])
        else if (there >= full - 1) expect(Math.abs(count - there)).toBeLessThan(there / 3)
        // It begins, or ends, somewhere in it.
        else expect(count).toBeLessThan((4 / 3) * full)
      })
      expect(told.buckets.some(({ isSampled }) => isSampled)).toBe(true)
    })

    test('all of many are counted where that is asked for, and it is told how far that is', async () => {
      const now = Date.now()
      const times = Array.from({ length: 6_000 }, (__, n) => now - 10 * HOUR + n * 5_000)
      await fill(times)
      const events = await read({ all: true })
      expect(counted(events[0]).counting).toBe(0)
      const last = counted(events.at(-1))
      expect(last.buckets.map(({ count }) => count)).toEqual(truth(last, times))
      expect(last).toMatchObject({ counting: null })
      expect(last.buckets.some(({ isSampled }) => isSampled)).toBe(false)
    })

    test('what comes while they are counted is none of them', async () => {
      const now = Date.now()
      const times = Array.from({ length: 6_000 }, (__, n) => now - 10 * HOUR + n * 5_000)
      await fill(times)
      const { reader } = await clients.open(redis, user)
      const events = timelineOf({ reader, key: KEY }, { few: 1_000, all: true })
      await events.next()
      await direct.xadd(KEY, '*', 'f', 'v')
      await direct.xadd(KEY, `${now + 2 * HOUR}-0`, 'f', 'v')
      const last = counted((await all(events)).at(-1))
      expect(last.buckets.map(({ count }) => count)).toEqual(truth(last, times))
      expect([sum(last), last.length]).toEqual([6_000, 6_000])
    })

    test('a crowd in one millisecond is not told as the few that were looked at', async () => {
      const now = Date.now()
      await fill([now - DAY, ...Array.from({ length: 5_000 }, () => now - HOUR)])
      const whole = counted((await read())[0])
      const crowd = whole.buckets.find(({ isSampled }) => isSampled)
      expect(crowd?.count).toBe(5_000)
      // Within it nothing tells how many there are, short of counting them.
      const part = counted((await read({ from: `${now - HOUR}-5`, to: `${now - HOUR}-904` })).at(-1))
      expect(part.buckets).toEqual([{ count: 900, isSampled: false }])
    })

    test('a crowd that begins a bucket makes no more of what is around it, and no more than there are', async () => {
      const now = Math.floor(Date.now() / 300_000) * 300_000
      const times = Array.from({ length: 360 }, (__, n) => now - 6 * HOUR + n * 60_000 + 7)
      const crowd = Array.from({ length: 3_000 }, () => now - 3 * HOUR)
      await fill([...times, ...crowd].sort((a, b) => a - b))
      const [part] = await read({ from: `${now - 6 * HOUR}-0` })
      const told = counted(part)
      expect(sum(told)).toBeLessThanOrEqual(3_360)
      const right = truth(told, [...times, ...crowd])
      told.buckets.forEach(({ count }, at) => expect(count).toBeLessThanOrEqual(Math.max(40, 2 * (right[at] ?? 0))))
    })

    test('a stretch of it is drawn finer, from end to end of what was asked for', async () => {
      const now = Date.now()
      const times = Array.from({ length: 900 }, (__, n) => now - 20 * HOUR + n * 60_000)
      await fill(times)
      const [from, to] = [now - 8 * HOUR, now - 6 * HOUR]
      const part = counted((await read({ from: `${from}-0`, to: `${to}-9` })).at(-1))
      expect(part.stepMs).toBeLessThanOrEqual(2 * 60_000)
      expect(part.fromMs).toBeLessThanOrEqual(from)
      expect(sum(part)).toBe(times.filter((ms) => ms >= from && ms <= to).length)
      const nothing = await read({ from: `${now - 23 * HOUR}-0`, to: `${now - 21 * HOUR}-0` })
      expect(nothing).toEqual([{ kind: 'none', why: 'empty' }])
    })

    test('ids that are no times are in no bucket, and that is told', async () => {
      await direct.xadd(KEY, '5-1', 'f', 'v')
      expect(await read()).toEqual([{ kind: 'none', why: 'no-times' }])
      const now = Date.now()
      await fill([now - HOUR, now - HOUR, now])
      await direct.xadd(KEY, `${now * 1000}-0`, 'f', 'of microseconds')
      const told = counted((await read()).at(-1))
      expect([sum(told), told.hasTimeless]).toEqual([3, true])
      expect(told.fromMs).toBeGreaterThan(now - 2 * HOUR)
    })

    test('nothing is looked at where entries are large', async () => {
      await fill([Date.now() - HOUR, Date.now()], 'x'.repeat(300_000))
      await direct.config('RESETSTAT')
      expect(await read()).toEqual([{ kind: 'none', why: 'large' }])
      expect(Number(/total_net_output_bytes:(\d+)/.exec(await direct.info('stats'))?.[1])).toBeLessThan(100_000)
    })

    test('one that is left stops', async () => {
      const now = Date.now()
      await fill(Array.from({ length: 6_000 }, (__, n) => now - 10 * HOUR + n * 5_000))
      const leave = new AbortController()
      const { reader } = await clients.open(redis, user)
      const events = timelineOf({ reader, key: KEY }, { few: 1_000, all: true }, leave.signal)
      await events.next()
      leave.abort(new Error('left'))
      await expect(all(events)).rejects.toThrow('left')
    })
  })

  describe('the pending list', () => {
    let reader: Reader
    const span = (now: number) => ({ fromMs: now - DAY, stepMs: HOUR, count: 24 })
    async function pend(times: readonly number[]): Promise<void> {
      await fill(times)
      await direct.xgroup('CREATE', KEY, 'billing', '0')
      await direct.xreadgroup('GROUP', 'billing', 'ann', 'COUNT', times.length, 'STREAMS', KEY, '>')
      ;({ reader } = await clients.open(redis))
    }

    test('is counted where it lies; what is outside is in none', async () => {
      const now = Date.now()
      await pend([now - 3 * DAY, now - DAY, now - DAY + 1, now - HOUR, now + HOUR])
      const { buckets } = await pendingTimelineOf({ reader, key: KEY, group: GROUP }, span(now))
      expect(buckets.map(({ count }) => count)).toEqual([2, ...Array.from({ length: 22 }, () => 0), 1])
    })

    test('of a long one at least so many are told, by few rows', async () => {
      const now = Date.now()
      const crowd = Array.from({ length: 10_500 }, (_, n) => now - DAY + 5 * HOUR + n)
      await pend([now - DAY, ...crowd])
      const { buckets } = await pendingTimelineOf({ reader, key: KEY, group: GROUP }, span(now))
      expect([buckets[0], buckets[4], buckets[5]]).toEqual([
        { count: 1, isLeast: false },
        { count: 0, isLeast: false },
        { count: 200, isLeast: true },
      ])
    })

    test('a group that is not there is said to be none', async () => {
      await pend([Date.now()])
      const gone = pendingTimelineOf({ reader, key: KEY, group: Buffer.from('none') }, span(Date.now()))
      await expect(gone).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })
  })
})
