import { describe, expect, test } from 'vitest'
import { createDeaths, MOST_GROUPS, type Deaths } from '../../../../electron/services/monitoring/deaths'
import type { LookedConsumer, LookedGroup } from '../../../../electron/redis/stream-look'
import { groupKey } from '../../../../shared/group-key'
import { findingText } from '../../../../shared/words/finding-sentence'
import { onEachServer } from '../../../helpers/on-each-server'
import { useMonitoring } from './watch-kit'

const ID = groupKey('jobs', 'g')

onEachServer('consumers that fall silent, on %s', (version) => {
  const kit = useMonitoring({ version })
  const send = (...args: readonly (string | number)[]) => kit.feed.call(String(args[0]), args.slice(1).map(String))
  const read = (consumer: string, count: number) =>
    send('XREADGROUP', 'GROUP', 'g', consumer, 'COUNT', count, 'STREAMS', 'jobs', '>')

  test('what each held then is known, and the entry that two fell silent with, until it is done with', async () => {
    kit.set({ refreshSeconds: 1, stalledAfterMs: 1_000, deadAfterMs: 86_400_000 })
    for (let n = 1; n <= 8; n += 1) await send('XADD', 'jobs', `${n}-0`, 'n', n)
    await send('XGROUP', 'CREATE', 'jobs', 'g', '0')
    await send('XGROUP', 'CREATECONSUMER', 'jobs', 'g', 'idle')
    const connectionId = await kit.connect()
    const page = await kit.page(connectionId)
    const words = () => kit.monitoring.lastWords(connectionId, 'jobs', 'g')
    await expect.poll(() => page.reports.size).toBe(1)

    await read('w1', 5)
    await expect
      .poll(() => words().fallen, { timeout: 30_000 })
      .toMatchObject([
        {
          ...{ consumer: 'w1', held: 5, wasWatched: true },
          entries: [1, 2, 3, 4, 5].map((n) => ({ id: `${n}-0`, deliveries: 1 })),
        },
      ])
    expect(words().suspects).toEqual([])

    // Another one takes over the first of them, and some of its own.
    await send('XCLAIM', 'jobs', 'g', 'w2', 0, '1-0')
    await read('w2', 2)
    const told = () => page.findings?.list.filter(({ kind }) => kind === 'suspect') ?? []
    await expect
      .poll(told, { timeout: 30_000 })
      .toMatchObject([{ suspect: { id: '1-0', consumers: ['w2', 'w1'], deliveries: 2 }, others: 0 }])
    const [finding] = told()
    expect(finding && findingText(finding)).toBe(
      'Entry 1-0 of jobs / g was held by 2 consumers that gave no sign of life since.',
    )
    // What was taken from the first one since is told by its finding.
    const stalled = page.findings?.list.find(({ kind }) => kind === 'stalled')
    expect(stalled).toMatchObject({ consumer: 'w1', pending: 4, heldThen: 5 })

    await send('XACK', 'jobs', 'g', '1-0')
    await expect.poll(told, { timeout: 60_000 }).toEqual([])

    // One that comes back did not die.
    const before = words().fallen.find(({ consumer }) => consumer === 'w2')?.silentSinceMs ?? 0
    await send('XREADGROUP', 'GROUP', 'g', 'w2', 'COUNT', 1, 'STREAMS', 'jobs', '>')
    await expect
      .poll(
        () => words().fallen.filter(({ consumer, silentSinceMs }) => consumer === 'w2' && silentSinceMs === before),
        {
          timeout: 30_000,
        },
      )
      .toEqual([])

    // A group that is no more has no last words, also where its stream stays.
    expect(words().fallen).not.toEqual([])
    await send('XGROUP', 'DESTROY', 'jobs', 'g')
    await expect.poll(() => words().fallen, { timeout: 30_000 }).toEqual([])
  }, 180_000)
})

const name = (text: string): Buffer => Buffer.from(text)
const consumer = (own: string, pending: number, idleMs: number): LookedConsumer => {
  return { name: name(own), pending, idleMs, inactiveMs: idleMs, oldestIdleMs: idleMs }
}
function group(consumerList: readonly LookedConsumer[], own = 'g'): LookedGroup {
  const pending = consumerList.reduce((sum, one) => sum + one.pending, 0)
  return {
    ...{ name: name(own), consumers: consumerList.length, pending, lastDeliveredId: '9-0', entriesRead: 9, lag: 0 },
    ...{ unread: null, oldest: null, consumerList, crowd: null },
  }
}

const look = (atMs: number, run: number | null = 1) => ({ atMs, run })
const fallenIn = (deaths: Deaths, id = ID): readonly unknown[] => deaths.of(id).fallen.map((one) => one.consumer)
/** How often a server would be asked, by all that is due. */
function asks(deaths: Deaths): number {
  let count = 0
  const none = () => {
    count += 1
    return undefined
  }
  while (deaths.isWaiting()) void deaths.start(none)
  return count
}

test('one that was silent before it was watched is told as that, one that holds nothing not at all', () => {
  const deaths = createDeaths()
  deaths.note(
    'jobs',
    group([consumer('old', 3, 90_000), consumer('new', 2, 10), consumer('none', 0, 90_000)]),
    look(100_000),
    60_000,
  )
  expect(deaths.of(ID).fallen).toMatchObject([{ consumer: 'old', held: 3, wasWatched: false, silentSinceMs: 10_000 }])
  deaths.note('jobs', group([consumer('old', 1, 170_000), consumer('new', 2, 80_010)]), look(180_000), 60_000)
  expect(deaths.of(ID).fallen).toMatchObject([
    { consumer: 'new', held: 2, wasWatched: false, silentSinceMs: 99_990 },
    // As it was found, whatever was taken from it since.
    { consumer: 'old', held: 3 },
  ])
  deaths.note('jobs', group([consumer('new', 2, 5)]), look(181_000), 60_000)
  expect(deaths.of(ID).fallen.map((one) => one.consumer)).toEqual(['old'])
  deaths.forget(ID)
  expect(deaths.of(ID).fallen).toEqual([])
})

test('of many the latest are kept', () => {
  const deaths = createDeaths()
  const all = Array.from({ length: 500 }, (_, at) => consumer(`w${at}`, 1, 100_000 + at))
  deaths.note('jobs', group(all), look(1_000_000), 60_000)
  expect(deaths.of(ID).fallen.map((one) => one.consumer)).toEqual(Array.from({ length: 12 }, (_, at) => `w${at}`))
})

test('of five thousand that fall silent at once twelve are asked for, once, however their times are told', () => {
  const deaths = createDeaths()
  // The last one of the list the latest, and all of them within a second.
  const all = (jitter: number) =>
    Array.from({ length: 5_000 }, (_, at) => consumer(`w${at}`, 1, 101_000 - at / 5 - ((at * 7_919) % jitter)))
  deaths.note('jobs', group(all(1)), look(1_000_000), 60_000)
  expect(asks(deaths)).toBe(12)
  const kept = fallenIn(deaths)
  expect(kept).toHaveLength(12)
  for (const jitter of [13, 101, 499]) deaths.note('jobs', group(all(jitter)), look(1_000_000), 60_000)
  expect(asks(deaths)).toBe(0)
  expect(fallenIn(deaths)).toEqual(kept)
})

test('of those that fell silent in the same moment, the first ones by name', () => {
  const deaths = createDeaths()
  const all = Array.from({ length: 30 }, (_, at) => consumer(`w${10 + ((at * 7) % 30)}`, 1, 100_000))
  deaths.note('jobs', group(all), look(1_000_000), 60_000)
  expect(fallenIn(deaths)).toEqual(Array.from({ length: 12 }, (_, at) => `w${10 + at}`))
})

test('nobody is asked for that is not kept any more', () => {
  const deaths = createDeaths()
  const some = (from: number, idleMs: number) =>
    Array.from({ length: 12 }, (_, at) => consumer(`w${from + at}`, 1, idleMs))
  deaths.note('jobs', group(some(0, 100_000)), look(1_000_000), 60_000)
  deaths.note('jobs', group([...some(0, 200_000), ...some(20, 61_000)]), look(1_100_000), 60_000)
  expect(asks(deaths)).toBe(12)
  deaths.note('jobs', group([...some(20, 5)]), look(1_200_000), 60_000)
  expect(fallenIn(deaths)).toEqual([])
})

describe('of many groups', () => {
  const fill = (deaths: Deaths): void => {
    for (let n = 0; n < MOST_GROUPS; n += 1)
      deaths.note('jobs', group([consumer('w', 1, 500_000 - n * 100)], `g${n}`), look(1_000_000), 60_000)
  }
  const of = (deaths: Deaths, own: string) => fallenIn(deaths, groupKey('jobs', own))

  test('those in which somebody fell silent last are kept', () => {
    const deaths = createDeaths()
    fill(deaths)
    deaths.note('jobs', group([consumer('w', 1, 400_000)], 'late'), look(1_000_000), 60_000)
    expect(of(deaths, 'late')).toEqual(['w'])
    expect(of(deaths, 'g0')).toEqual([])
    expect(of(deaths, 'g1')).toEqual(['w'])
    // Seen again, that one takes nobody's place, and nobody is asked for twice.
    asks(deaths)
    deaths.note('jobs', group([consumer('w', 1, 500_000)], 'g0'), look(1_000_000), 60_000)
    expect([of(deaths, 'g0'), of(deaths, 'g1'), asks(deaths)]).toEqual([[], ['w'], 0])
  })

  test('those in which all came back take no room', () => {
    const deaths = createDeaths()
    fill(deaths)
    for (let n = 0; n < MOST_GROUPS; n += 1)
      deaths.note('jobs', group([consumer('w', 1, 5)], `g${n}`), look(1_010_000), 60_000)
    deaths.note('jobs', group([consumer('w', 1, 900_000)], 'early'), look(1_010_000), 60_000)
    expect(of(deaths, 'early')).toEqual(['w'])
  })
})

describe('what was seen is forgotten', () => {
  const both = (idleMs: number) => group([consumer('w', 2, idleMs), consumer('v', 1, 5)])
  test.each([
    ['by a failover, or a restart', both(61_000), look(200_000, 2)],
    ['where the clock is set back', both(61_000), look(150_000)],
    ['where the group was made anew', { ...both(61_000), lastDeliveredId: '3-0' }, look(200_000)],
  ])('%s', (_what, anew, at) => {
    const deaths = createDeaths()
    deaths.note('jobs', both(5), look(100_000), 60_000)
    deaths.note('jobs', both(90_000), look(190_000), 60_000)
    expect(deaths.of(ID).fallen).toMatchObject([{ consumer: 'w', wasWatched: true, silentSinceMs: 100_000 }])
    deaths.note('jobs', anew, at, 60_000)
    // Whoever is silent by what is told now was so before it was watched.
    expect(deaths.of(ID).fallen).toMatchObject([{ consumer: 'w', wasWatched: false, silentSinceMs: at.atMs - 61_000 }])
  })

  test.each([
    ['the same process', look(200_000), '9-0'],
    ['a process that nothing tells of', look(200_000, null), '9-0'],
    ['a look that came in late', look(189_000), '9-0'],
    ['a group that read on', look(200_000), '12-0'],
  ])('not by %s', (_what, at, lastDeliveredId) => {
    const deaths = createDeaths()
    deaths.note('jobs', both(5), look(100_000), 60_000)
    deaths.note('jobs', both(90_000), look(190_000), 60_000)
    deaths.note('jobs', { ...both(at.atMs - 100_000), lastDeliveredId }, at, 60_000)
    expect(deaths.of(ID).fallen).toMatchObject([{ consumer: 'w', wasWatched: true, silentSinceMs: 100_000 }])
  })

  test('where it is not silent by a longer limit', () => {
    const deaths = createDeaths()
    deaths.note('jobs', both(90_000), look(190_000), 60_000)
    deaths.note('jobs', both(91_000), look(191_000), 600_000)
    expect(deaths.of(ID).fallen).toEqual([])
  })
})
