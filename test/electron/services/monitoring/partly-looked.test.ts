import { describe, expect, test } from 'vitest'
import { serverClock } from '../../../helpers/server-clock'
import { useMonitoring, type Page } from './watch-kit'

const DAY = 86_400_000
const kit = useMonitoring({ version: 'redis-8.6' })

/** So many are given to a consumer that goes on reading. */
async function fill(count: number): Promise<readonly string[]> {
  const at = (await serverClock(kit.feed)) - 5_000
  const ids = Array.from({ length: count }, (_, n) => `${at}-${n + 1}`)
  const pipe = kit.feed.pipeline()
  for (const id of ids) pipe.xadd('orders', id, 'n', id)
  pipe.xgroup('CREATE', 'orders', 'g', '0')
  pipe.call('XREADGROUP', 'GROUP', 'g', 'w1', 'COUNT', count, 'STREAMS', 'orders', '>')
  await pipe.exec()
  return ids
}
const claim = (ids: readonly string[], ...how: readonly (string | number)[]) =>
  kit.feed.call('XCLAIM', 'orders', 'g', 'w1', 0, ...ids, ...how, 'JUSTID')
const groupOf = (page: Page) => page.reports.get('orders')?.groups[0]

describe.each(['script', 'commands'] as const)(
  'by %s',
  (how) => {
    async function look(): Promise<Page> {
      if (how === 'script') return kit.page(await kit.connect())
      await kit.feed.call('ACL', 'SETUSER', 'plain', 'reset', 'on', '>pw', '~*', '+@all', '-@scripting')
      return kit.page(await kit.connect({ username: 'plain' }, 'pw'))
    }

    test('what a living consumer has not touched for days is found behind what it was just given', async () => {
      const ids = await fill(62)
      await claim(ids.slice(12), 'IDLE', 3 * DAY)
      const page = await look()
      await expect.poll(() => page.findings?.list.map(({ kind }) => kind), { timeout: 20_000 }).toEqual(['stuck'])
      expect(groupOf(page)?.state).toBe('stuck-hold')
      expect(page.reports.get('orders')?.summary.groups[0]?.oldestIdleMs).toBeGreaterThan(DAY)
    })

    test('so is it however far behind, and what fails there; once it is acked it is told no more', async () => {
      const ids = await fill(2_500)
      const [failing = '', left = ''] = [ids[2_250], ids[2_400]]
      await claim([left], 'IDLE', 3 * DAY)
      await claim([failing], 'RETRYCOUNT', 60)
      const page = await look()
      const kinds = () => page.findings?.list.map(({ kind }) => kind).toSorted()
      await expect.poll(kinds, { timeout: 30_000 }).toEqual(['poison', 'stuck'])
      expect(groupOf(page)).toMatchObject({ state: 'stuck-hold', peek: { mostId: failing, mostDeliveries: 60 } })
      await kit.feed.xack('orders', 'g', left)
      await expect.poll(kinds, { timeout: 40_000 }).toEqual(['poison'])
    })
  },
  90_000,
)

describe('a long list', () => {
  const look = async () => kit.page(await kit.connect())

  test('is not known, never fine, until all of it was looked at, and then stays fine', async () => {
    await fill(20_000)
    const page = await look()
    const states: string[] = []
    await expect
      .poll(
        () => {
          const { state, peek } = groupOf(page) ?? {}
          if (state !== undefined && states.at(-1) !== state) states.push(state)
          if (state === 'fine') expect(peek).toMatchObject({ isWhole: true })
          return state
        },
        { timeout: 60_000, interval: 5 },
      )
      .toBe('fine')
    expect(states).toEqual(['not-known', 'fine'])
    expect(groupOf(page)?.peek).toMatchObject({ looked: 20_000, isWhole: true })
  })

  test('that comes in a burst to a group that was seen whole is fine all along', async () => {
    const ids = await fill(5)
    const page = await look()
    await expect.poll(() => groupOf(page)?.state, { timeout: 20_000 }).toBe('fine')
    const told = page.told.length
    const pipe = kit.feed.pipeline()
    const at = (ids[0] ?? '').split('-')[0] ?? ''
    for (let n = 6; n <= 1_200; n += 1) pipe.xadd('orders', `${at}-${n}`, 'n', n)
    pipe.call('XREADGROUP', 'GROUP', 'g', 'w1', 'COUNT', 2_000, 'STREAMS', 'orders', '>')
    await pipe.exec()
    await expect
      .poll(
        () => {
          expect(groupOf(page)?.state).toBe('fine')
          return page.told.length > told && (groupOf(page)?.peek?.looked ?? 0) === 1_200
        },
        { timeout: 40_000, interval: 5 },
      )
      .toBe(true)
  })
}, 90_000)
