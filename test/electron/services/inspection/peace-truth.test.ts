import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GROUP_HEALTH } from '../../../../shared/judgement/group-health'
import { defaultThresholds } from '../../../../shared/judgement/thresholds'
import { triageRows } from '../../../../shared/judgement/triage-row'
import type { Reader } from '../../../../electron/redis/reader-writer'
import { summarize } from '../../../../electron/services/inspection/summaries'
import { backdate, CAN_BACKDATE, type Sightings } from '../../../helpers/last-seen'
import { onEachServer } from '../../../helpers/on-each-server'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { useSluiceClients } from '../../../helpers/sluice-client'
import { longer } from '../../../helpers/soak'

const clients = useSluiceClients()
const KEY = 'orders'
const MINUTE = 60_000
/** Far from each other and from what a busy machine takes. */
const THRESHOLDS = { ...defaultThresholds, stalledAfterMs: 30 * MINUTE, neglectedAfterMs: 120 * MINUTE }

/** How long ago, in minutes: just now, and on either side of each threshold. */
const ago = fc.constantFrom(0, 10, 60, 180, 3 * 24 * 60)
/** What becomes of a consumer that holds entries. `held`: how long each of them has been idle. */
const consumer = fc.record({
  role: fc.constantFrom(
    'works' as const,
    'was killed' as const,
    'polls and never acks' as const,
    'was restarted under its name' as const,
  ),
  held: fc.array(ago, { maxLength: 5 }),
  since: ago,
})
type Consumer = typeof consumer extends fc.Arbitrary<infer T> ? T : never

/** What the server has of it then. */
function sightings({ role, since }: Consumer, nowMs: number): Sightings {
  const then = nowMs - since * MINUTE
  switch (role) {
    case 'works':
    case 'was restarted under its name':
      return { seenMs: nowMs, activeMs: nowMs }
    case 'was killed':
      return { seenMs: then, activeMs: then }
    case 'polls and never acks':
      return { seenMs: nowMs, activeMs: then }
  }
}

async function play(feed: Redis, consumers: readonly Consumer[]): Promise<void> {
  await feed.flushall()
  await feed.xgroup('CREATE', KEY, 'g', '0', 'MKSTREAM')
  for (const [at, { held }] of consumers.entries()) {
    const name = `consumer-${at}`
    await feed.xgroup('CREATECONSUMER', KEY, 'g', name)
    for (const idle of held) {
      const id = (await feed.xadd(KEY, '*', 'n', '1')) ?? ''
      await feed.xreadgroup('GROUP', 'g', name, 'STREAMS', KEY, '>')
      await feed.call('XCLAIM', [KEY, 'g', name, 0, id, 'IDLE', idle * MINUTE, 'JUSTID'])
    }
  }
  const [seconds] = await feed.time()
  const now = Number(seconds) * 1_000
  await backdate(feed, KEY, new Map(consumers.map((each, at) => [`consumer-${at}`, sightings(each, now)])))
}

/** By reading all of it: whether somebody holds what nobody looks at, by what servers of this version tell. */
async function isInTrouble(feed: Redis): Promise<boolean> {
  const { stalledAfterMs, neglectedAfterMs } = THRESHOLDS
  const rows = (await feed.xinfo('CONSUMERS', KEY, 'g')) as unknown[][]
  const told = rows.map((flat) => new Map(flat.flatMap((name, at) => (at % 2 ? [] : [[name, flat[at + 1]]]))))
  for (const one of told) {
    const held = (await feed.xpending(KEY, 'g', '-', '+', 100, String(one.get('name')))) as string[][]
    const oldest = Math.max(-1, ...held.map(([, , idle]) => Number(idle)))
    // Before 7.2 nothing tells when it last got something.
    const inactive = Number(one.get('inactive') ?? Infinity)
    if (held.length > 0 && Number(one.get('idle')) > stalledAfterMs) return true
    if (oldest > (inactive > stalledAfterMs ? stalledAfterMs : neglectedAfterMs)) return true
  }
  return false
}

onEachServer('on %s', (version) => {
  let redis: TestRedis
  let feed: Redis
  beforeAll(async () => {
    redis = await startRedis({ version, config: CAN_BACKDATE, users: ['plain on >pw ~* +@all -@scripting'] })
    feed = redis.client()
  })
  afterAll(() => redis.stop())

  async function stateOf(reader: Reader) {
    const [summary] = await summarize(reader, [Buffer.from(KEY)], THRESHOLDS)
    const [row] = triageRows(summary!, THRESHOLDS)
    return row?.state
  }

  test.each([
    ['', {}, null],
    [', for a user without scripts', { username: 'plain' }, 'pw'],
  ] as const)(
    'a group is fine where nobody holds what nobody looks at, and only there%s',
    async (_who, profile, password) => {
      const { reader } = await clients.open(redis, { profile, password })
      const seen = { trouble: 0, peace: 0 }
      const consumers = fc.array(consumer, { minLength: 1, maxLength: 3 })
      await fc.assert(
        fc.asyncProperty(consumers, async (each) => {
          await play(feed, each)
          const trouble = await isInTrouble(feed)
          seen[trouble ? 'trouble' : 'peace'] += 1
          const state = await stateOf(reader)
          // Without scripts how often many entries were delivered is seen by a closer look only.
          const peace = password === null ? ['good'] : ['good', 'unknown']
          expect(trouble ? ['bad'] : peace).toContain(state === undefined ? null : GROUP_HEALTH[state])
        }),
        { numRuns: longer(30) },
      )
      expect(Math.min(seen.trouble, seen.peace)).toBeGreaterThan(0)
    },
  )

  test.each([
    [5, 'stuck-hold'],
    [60, 'stuck-hold'],
    [250, 'not-known'],
  ])('behind %i entries that it was just given, what it does not touch is never fine', async (fresh, state) => {
    await feed.flushall()
    const ids = Array.from({ length: fresh + 50 }, (_, at) => `${at + 1}-0`)
    for (const id of ids) await feed.xadd(KEY, id, 'n', '1')
    await feed.xgroup('CREATE', KEY, 'g', '0')
    await feed.xreadgroup('GROUP', 'g', 'bob', 'STREAMS', KEY, '>')
    await feed.call('XCLAIM', [KEY, 'g', 'bob', 0, ...ids.slice(fresh), 'IDLE', 4_320 * MINUTE, 'JUSTID'])
    const { reader } = await clients.open(redis, {})
    const [told] = await summarize(reader, [Buffer.from(KEY)], defaultThresholds)
    const [row] = told ? triageRows(told, defaultThresholds) : []
    expect(row?.state).toBe(state)
    if (fresh < 200) expect(row?.group.oldestIdleMs).toBeGreaterThan(4_000 * MINUTE)
  })
})
