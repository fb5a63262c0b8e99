import { expect, test } from 'vitest'
import { createRandom, type Random } from '../../../../electron/sandbox/random'
import { displayBytes } from '../../../../shared/bytes'
import { onEachServer } from '../../../helpers/on-each-server'
import { serverClock } from '../../../helpers/server-clock'
import { longer } from '../../../helpers/soak'
import { useMonitoring } from './watch-kit'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

type Some = Random['int']

const seeds = (usual: number): readonly number[] => Array.from({ length: longer(usual) }, (_, at) => at + 1)

// What the walk says of streams after a while: all of these in one database, as the word on one must not hang on another.
onEachServer('on %s', (version) => {
  const kit = useMonitoring({ version, users: ['plain on >pw ~* +@all -@scripting'] })
  // Who has no scripts waits for the budget: a quarter of a minute.
  const USERS = [
    ...seeds(3).map((seed) => ['a user with scripts', seed, {}, undefined] as const),
    ...seeds(1).map((seed) => ['one without', seed, { username: 'plain' }, 'pw'] as const),
  ]

  /** So many entries, added so long ago, with ids of one millisecond. */
  async function burst(key: string, agoMs: number, count: number, first = 1, bytes = 20): Promise<string> {
    const at = (await serverClock(kit.feed)) - agoMs
    const script = `for n = ARGV[2], ARGV[3] do redis.call('XADD', KEYS[1], ARGV[1] .. '-' .. n, 'n', ARGV[4]) end`
    await kit.feed.eval(script, 1, key, at, first, first + count - 1, 'x'.repeat(bytes))
    return String(at)
  }
  const command = (...args: readonly (string | number)[]) => kit.feed.call(String(args[0]), args.slice(1).map(String))
  async function group(key: string, at: string, name = 'g'): Promise<void> {
    await command('XGROUP', 'CREATE', key, name, at)
    await command('XGROUP', 'CREATECONSUMER', key, name, 'w1')
  }
  const read = (key: string, count: number, consumer = 'w1', name = 'g') =>
    command('XREADGROUP', 'GROUP', name, consumer, 'COUNT', count, 'STREAMS', key, '>')
  const ids = async (key: string): Promise<readonly string[]> =>
    (await kit.feed.xrange(key, '-', '+')).map(([id]) => id)
  async function all(key: string, agoMs: number, count: number, bytes = 20): Promise<void> {
    await burst(key, agoMs, count, 1, bytes)
    await group(key, '0')
    await read(key, count)
  }
  async function acked(key: string, agoMs: number, count: number, bytes = 20): Promise<void> {
    await all(key, agoMs, count, bytes)
    await command('XACK', key, 'g', ...(await ids(key)))
  }

  /** Twenty that are healthy, by what is so of them: how many, how large and how old they are is another for each seed. */
  const healthy = (some: Some): Readonly<Record<string, (key: string) => Promise<unknown>>> => ({
    'nothing was ever added': async (key) => {
      await command('XGROUP', 'CREATE', key, 'g', '$', 'MKSTREAM')
      await command('XGROUP', 'CREATECONSUMER', key, 'g', 'w1')
    },
    'all is read and acked': (key) => acked(key, some(MINUTE, 40 * DAY), some(1, 200)),
    'all is acked, with ids that are no times': async (key) => {
      for (let n = 1; n <= 3; n += 1) await command('XADD', key, `${n}-0`, 'n', n)
      await group(key, '0')
      await read(key, 3)
      await command('XACK', key, 'g', '1-0', '2-0', '3-0')
    },
    'some entries are being worked on': (key) => all(key, some(1, 20_000), some(1, 20)),
    'many are being worked on': (key) => all(key, some(1, 20_000), some(100, 900)),
    'an entry is tried for the fourth time': async (key) => {
      await all(key, some(1, 20_000), 1)
      await command('XCLAIM', key, 'g', 'w1', 0, (await ids(key))[0] ?? '', 'RETRYCOUNT', some(2, 4))
    },
    'an entry came a moment ago': async (key) => {
      await acked(key, some(HOUR, 40 * DAY), some(1, 50))
      await burst(key, some(1, 20_000), 1)
    },
    'a few came a moment ago': async (key) => {
      await acked(key, some(HOUR, 40 * DAY), some(1, 50))
      await burst(key, some(1, 20_000), some(2, 90))
    },
    'hundreds came a minute ago, and it is in their midst': async (key) => {
      await burst(key, some(HOUR, 40 * DAY), some(100, 3_000))
      await group(key, `${await burst(key, some(1, MINUTE), some(100, 900))}-${some(1, 99)}`)
    },
    'a group was made at the end': async (key) => {
      await burst(key, some(HOUR, 40 * DAY), some(1, 3_000))
      await group(key, '$')
    },
    'the stream was trimmed behind it': async (key) => {
      await acked(key, some(HOUR, 40 * DAY), some(20, 300))
      await command('XTRIM', key, 'MAXLEN', some(1, 20))
    },
    'the stream was trimmed to nothing': async (key) => {
      await acked(key, some(HOUR, 40 * DAY), some(1, 300))
      await command('XTRIM', key, 'MAXLEN', 0)
    },
    'an entry before it was deleted': async (key) => {
      const count = some(2, 50)
      await acked(key, some(HOUR, 40 * DAY), count)
      await command('XDEL', key, (await ids(key))[some(0, count - 1)] ?? '')
    },
    'what it had not read was deleted': async (key) => {
      await acked(key, some(DAY, 40 * DAY), some(1, 50))
      await burst(key, some(MINUTE, 12 * HOUR), 1)
      await command('XDEL', key, (await ids(key)).at(-1) ?? '')
    },
    'its id was set to the end': async (key) => {
      await burst(key, some(HOUR, 40 * DAY), some(1, 500))
      await group(key, '0')
      await command('XGROUP', 'SETID', key, 'g', '$')
    },
    'it counts its reads wrongly, and has read all': async (key) => {
      await acked(key, some(HOUR, 40 * DAY), some(4, 50))
      await command('XGROUP', 'SETID', key, 'g', (await ids(key)).at(-1) ?? '', 'ENTRIESREAD', some(0, 3))
    },
    'two groups have read all': async (key) => {
      await acked(key, some(HOUR, 40 * DAY), some(1, 50))
      await group(key, '$', 'h')
    },
    'forty groups have read all': async (key) => {
      await acked(key, some(HOUR, 40 * DAY), some(1, 50))
      for (let n = 0; n < 40; n += 1) await group(key, '$', `h${n}`)
    },
    'a consumer that holds nothing is long gone': async (key) => {
      await acked(key, some(HOUR, 40 * DAY), some(1, 50))
      await command('XGROUP', 'CREATECONSUMER', key, 'g', 'w0')
    },
    'entries are of some size': (key) => acked(key, some(HOUR, 40 * DAY), some(10, 90), some(1_000, 5_000)),
  })

  const TROUBLED: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
    'one old entry, and thousands of a minute ago': async (key) => {
      await burst(key, 30 * DAY, 1)
      await group(key, `${await burst(key, MINUTE, 4_500)}-10`)
    },
    'a burst of long ago of which little was read': async (key) => {
      await burst(key, DAY, 900)
      await group(key, '0')
      await read(key, 10)
      await command('XACK', key, 'g', ...(await ids(key)).slice(0, 10))
    },
    'an entry that waits for long behind a wrong count of reads': async (key) => {
      await burst(key, DAY, 20)
      await group(key, '0')
      await command('XGROUP', 'SETID', key, 'g', (await ids(key))[9] ?? '', 'ENTRIESREAD', 20)
    },
    'an entry that was delivered nine times': async (key) => {
      await all(key, 1_000, 3)
      await command('XCLAIM', key, 'g', 'w1', 0, (await ids(key))[2] ?? '', 'RETRYCOUNT', 9)
    },
    'the same among many that are pending': async (key) => {
      await all(key, 1_000, 150)
      await command('XCLAIM', key, 'g', 'w1', 0, (await ids(key))[140] ?? '', 'RETRYCOUNT', 9)
    },
    'a living consumer that does not touch what it holds': async (key) => {
      await all(key, DAY, 3)
      await command('XCLAIM', key, 'g', 'w1', 0, ...(await ids(key)), 'IDLE', DAY, 'JUSTID')
    },
    'a group beyond its stream': async (key) => {
      await burst(key, DAY, 3)
      await group(key, `${(await serverClock(kit.feed)) + DAY}-0`)
    },
    'nobody who reads': async (key) => {
      await burst(key, DAY, 3)
      await command('XGROUP', 'CREATE', key, 'g', '$')
    },
  }

  test.each(USERS)(
    'to %s twenty healthy setups are fine, and none in trouble is: seed %i',
    async (_who, seed, profile, pw) => {
      // Long enough that nobody is stalled because the machine is busy; what is claimed as idle for a day is stuck all the same.
      kit.set({
        refreshSeconds: 1,
        stalledAfterMs: 60 * MINUTE,
        neglectedAfterMs: 60 * MINUTE,
        laggingAfterMs: 60 * MINUTE,
      })
      // What needs no clock is sixty times as strict as usual, or as strict as can be.
      kit.set({
        ...{ deadAfterMs: DAY / 60, spareAfterMs: DAY / 60, spareConsumers: 10, behindSoonMs: DAY, deadLetters: 1 },
        ...{ overtakenWithinMs: DAY, overtakenSoonMs: DAY },
        ...{ unevenPercent: 51, unevenEntries: 2, untrimmedEntries: 1_000_000 / 60 },
      })
      const setupsHere = healthy(createRandom(seed).int)
      for (const setups of [setupsHere, TROUBLED]) for (const [key, make] of Object.entries(setups)) await make(key)
      const page = await kit.page(await kit.connect(profile, pw))
      const isFine = (key: string): boolean => page.reports.get(key)?.state === 'fine'
      // Without scripts the bytes of a minute go into it, by the budget; a busy machine takes its time beside.
      await expect.poll(() => Object.keys(setupsHere).filter((key) => !isFine(key)), { timeout: 100_000 }).toEqual([])
      expect(Object.keys(setupsHere)).toHaveLength(20)
      await expect.poll(() => page.reports.size).toBe(20 + Object.keys(TROUBLED).length)
      expect(Object.keys(TROUBLED).filter(isFine)).toEqual([])
      const told = (): readonly string[] =>
        (page.findings?.list ?? []).map((one) => ('row' in one ? displayBytes(one.row.key) : one.id))
      await expect.poll(() => told().includes('an entry that was delivered nine times')).toBe(true)
      expect(told().filter((key) => !(key in TROUBLED))).toEqual([])
    },
  )
})
