import { expect, test } from 'vitest'
import type { GroupReport, StreamReport } from '../../../../shared/model/monitoring'
import { onEachServer } from '../../../helpers/on-each-server'
import { serverClock } from '../../../helpers/server-clock'
import { shown, useMonitoring, type Page } from './watch-kit'

const DAY = 86_400_000
const MINUTE = 60_000
const PLAIN = { username: 'plain' }

// The walk's word on groups in the midst of their streams, where only counting tells how far behind they are.
onEachServer('on %s', (version) => {
  const kit = useMonitoring({ version, users: ['plain on >pw ~* +@all -@scripting'] })

  async function burst(key: string, agoMs: number, count: number, bytes = 60): Promise<number> {
    const at = (await serverClock(kit.feed)) - agoMs
    const script = `for n = 1, ARGV[2] do redis.call('XADD', KEYS[1], ARGV[1] .. '-' .. n, 'n', ARGV[3]) end`
    await kit.feed.eval(script, 1, key, at, count, 'x'.repeat(bytes))
    return at
  }
  async function group(key: string, at: string): Promise<void> {
    await kit.feed.xgroup('CREATE', key, 'billing', at)
    await kit.feed.xgroup('CREATECONSUMER', key, 'billing', 'w1')
  }
  async function watched(key: string, plain: boolean): Promise<Page> {
    const id = plain ? await kit.connect(PLAIN, 'pw') : await kit.connect()
    const page = await kit.page(id)
    kit.monitoring.show(id, page.watchId, shown([key]))
    return page
  }
  const of = (page: Page, key: string): { lag: unknown; state: GroupReport['state'] } | null => {
    const report: StreamReport | undefined = page.reports.get(key)
    const [first] = report?.groups ?? []
    return first ? { lag: report?.summary.groups[0]?.lag, state: first.state } : null
  }

  test.each([
    ['a user with scripts', false],
    ['one without', true],
  ])('of %s: an old entry and a burst of a minute ago is no "1"', async (_who, plain) => {
    await burst('orders', 30 * DAY, 1)
    const at = await burst('orders', MINUTE, 4_500)
    await group('orders', `${at}-10`)
    const page = await watched('orders', plain)
    await expect.poll(() => of(page, 'orders')?.state).toBe('lagging')
    const { kind, value } = page.reports.get('orders')!.summary.groups[0]!.lag
    if (kind === 'exact') expect(value).toBe(4_490)
    else expect([Number(value) >= 1_000, Number(value) <= 4_490]).toEqual([true, true])
    await expect.poll(() => page.findings?.list.map(({ kind: each }) => each)).toEqual(['lagging'])
  })

  test.each([
    ['a user with scripts', false],
    ['one without', true],
  ])('of %s: a group that is a little behind in a long stream is fine, once it was counted', async (_who, plain) => {
    await burst('orders', 30 * DAY, 3_000)
    const at = await burst('orders', MINUTE, 300)
    await group('orders', `${at}-10`)
    const page = await watched('orders', plain)
    await expect.poll(() => of(page, 'orders')).toEqual({ lag: { value: 290, kind: 'exact' }, state: 'fine' })
  })

  test('what is deleted in the midst of them since is no longer counted, though nothing is added', async () => {
    await burst('orders', 30 * DAY, 3_000)
    const at = await burst('orders', MINUTE, 300)
    await group('orders', `${at}-10`)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => of(page, 'orders')?.lag).toEqual({ value: 290, kind: 'exact' })
    await kit.feed.xdel('orders', ...Array.from({ length: 100 }, (_, n) => `${at}-${n + 100}`))
    kit.monitoring.refresh(id)
    await expect.poll(() => of(page, 'orders')?.lag, { timeout: 20_000 }).toEqual({ value: 190, kind: 'exact' })
  })

  test('without scripts, entries that may be large do not come to be counted, and nobody is called fine', async () => {
    await burst('orders', 30 * DAY, 1_000, 10_000)
    const at = await burst('orders', MINUTE, 300, 10_000)
    await group('orders', `${at}-10`)
    const before = await bytesOut()
    const id = await kit.connect(PLAIN, 'pw')
    const page = await kit.page(id)
    await expect.poll(() => of(page, 'orders')?.state).toBe('not-known')
    // What is found later is counted later.
    await burst('later', 30 * DAY, 3_000)
    await group('later', `${await burst('later', MINUTE, 300)}-10`)
    kit.discovery.look(id, ['later'])
    await expect.poll(() => of(page, 'later')?.state).toBe('fine')
    expect(of(page, 'orders')).toMatchObject({ lag: { kind: 'atLeast' }, state: 'not-known' })
    expect((await bytesOut()) - before).toBeLessThan(500_000)
  })

  const bytesOut = async (): Promise<number> =>
    Number(/^total_net_output_bytes:(\d+)/m.exec(await kit.feed.info('stats'))?.[1])
})
