import { expect, test } from 'vitest'
import { createDeaths } from '../../../../electron/services/monitoring/deaths'
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
      'Entry 1-0 of jobs / g was held by 2 consumers when they fell silent, one after the other.',
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
  }, 180_000)
})

const name = (text: string): Buffer => Buffer.from(text)
const consumer = (own: string, pending: number, idleMs: number): LookedConsumer => {
  return { name: name(own), pending, idleMs, inactiveMs: idleMs, oldestIdleMs: idleMs }
}
function group(consumerList: readonly LookedConsumer[]): LookedGroup {
  const pending = consumerList.reduce((sum, one) => sum + one.pending, 0)
  return {
    ...{ name: name('g'), consumers: consumerList.length, pending, lastDeliveredId: '9-0', entriesRead: 9, lag: 0 },
    ...{ unread: null, oldest: null, consumerList, crowd: null },
  }
}

test('one that was silent before it was watched is told as that, one that holds nothing not at all', () => {
  const deaths = createDeaths()
  deaths.note(
    'jobs',
    group([consumer('old', 3, 90_000), consumer('new', 2, 10), consumer('none', 0, 90_000)]),
    100_000,
    60_000,
  )
  expect(deaths.of(ID).fallen).toMatchObject([{ consumer: 'old', held: 3, wasWatched: false, silentSinceMs: 10_000 }])
  deaths.note('jobs', group([consumer('old', 1, 170_000), consumer('new', 2, 80_010)]), 180_000, 60_000)
  expect(deaths.of(ID).fallen).toMatchObject([
    { consumer: 'new', held: 2, wasWatched: false, silentSinceMs: 99_990 },
    // As it was found, whatever was taken from it since.
    { consumer: 'old', held: 3 },
  ])
  deaths.note('jobs', group([consumer('new', 2, 5)]), 181_000, 60_000)
  expect(deaths.of(ID).fallen.map((one) => one.consumer)).toEqual(['old'])
  deaths.forget(ID)
  expect(deaths.of(ID).fallen).toEqual([])
})

test('of many the latest are kept', () => {
  const deaths = createDeaths()
  const all = Array.from({ length: 500 }, (_, at) => consumer(`w${at}`, 1, 100_000 + at))
  deaths.note('jobs', group(all), 1_000_000, 60_000)
  expect(deaths.of(ID).fallen.map((one) => one.consumer)).toEqual(Array.from({ length: 12 }, (_, at) => `w${at}`))
})
