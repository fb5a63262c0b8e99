import { expect, test } from 'vitest'
import { onEachServer } from '../../../helpers/on-each-server'
import { serverClock } from '../../../helpers/server-clock'
import { shown, useMonitoring, type Page } from './watch-kit'

const DAY = 86_400_000
const HOUR = 3_600_000

// More groups than one look has room for: none is called fine that was not looked at, and each has its turn.
onEachServer('on %s', (version) => {
  const kit = useMonitoring({ version, users: ['plain on >pw ~* +@all -@scripting'] })
  const USERS = [
    ['a user with scripts', {}],
    ['one without', { username: 'plain' }],
  ] as const

  async function watched(profile: { readonly username?: string }): Promise<Page> {
    kit.set({ refreshSeconds: 1, stalledAfterMs: HOUR, neglectedAfterMs: HOUR })
    // Sixty groups a second take nearly all of it, and on a busy machine nothing is left for their turns.
    kit.useBudget({ spend: () => undefined, room: () => 1_000, waitMs: () => 0 })
    const id = await kit.connect(profile, 'username' in profile ? 'pw' : undefined)
    const page = await kit.page(id)
    kit.monitoring.show(id, page.watchId, shown(['orders']))
    return page
  }
  const states = (page: Page): readonly string[] => [
    ...new Set(page.reports.get('orders')?.groups.map(({ state }) => state)),
  ]

  test.each(USERS)('of %s: sixty groups each with an entry that fails are sixty findings', async (_who, profile) => {
    const script = `local id = redis.call('XADD', 'orders', '*', 'a', 'b')
      for n = 1, 60 do
        redis.call('XGROUP', 'CREATE', 'orders', 'g' .. n, '0')
        redis.call('XREADGROUP', 'GROUP', 'g' .. n, 'w1', 'STREAMS', 'orders', '>')
        redis.call('XCLAIM', 'orders', 'g' .. n, 'w1', 0, id, 'RETRYCOUNT', 9)
      end`
    await kit.feed.eval(script, 0)
    const page = await watched(profile)
    await expect.poll(() => states(page)).toEqual(['poison'])
    await expect.poll(() => page.findings?.count).toBe(60)
    expect(page.findings?.list.every(({ kind }) => kind === 'poison')).toBe(true)
    // Once it is no longer pending anywhere, nothing of it is left.
    for (let n = 1; n <= 60; n += 1)
      await kit.feed.xack('orders', `g${n}`, (await kit.feed.xrange('orders', '-', '+'))[0]![0])
    await expect.poll(() => states(page)).toEqual(['fine'])
    await expect.poll(() => page.findings?.count).toBe(0)
  })

  test.each(USERS)('of %s: 150 groups, each elsewhere and two days behind, are all lagging', async (_who, profile) => {
    const at = (await serverClock(kit.feed)) - 2 * DAY
    const script = `for n = 1, 700 do redis.call('XADD', 'orders', ARGV[1] .. '-' .. n, 'n', ARGV[2]) end
      for g = 1, 150 do
        redis.call('XGROUP', 'CREATE', 'orders', 'g' .. g, ARGV[1] .. '-' .. (699 - g))
        redis.call('XGROUP', 'CREATECONSUMER', 'orders', 'g' .. g, 'w1')
      end`
    await kit.feed.eval(script, 0, at, 'x'.repeat(3_000))
    const page = await watched(profile)
    await expect.poll(() => states(page)).toEqual(['lagging'])
    expect(page.reports.get('orders')?.groups).toHaveLength(150)
    await expect.poll(() => page.findings?.list.map(({ kind }) => kind)).toEqual(['late'])
  })
})
