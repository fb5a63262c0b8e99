import { beforeEach, expect, test } from 'vitest'
import { onEachServer } from '../../../helpers/on-each-server'
import { useMonitoring, type Page } from './watch-kit'

const MB = 1024 ** 2

onEachServer('on %s', (version) => {
  const kit = useMonitoring({ version, users: ['noinfo on >pw ~* +@all -info'] })
  const told = (page: Page) => page.findings?.list.filter(({ kind }) => kind === 'memory')
  let asked = 0
  beforeEach(() => {
    asked = 0
    const isAsked = (args: readonly string[]): boolean => {
      if (args[0]?.toUpperCase() === 'INFO' && args[1] === 'memory') asked += 1
      return false
    }
    void kit.proxy.fault(isAsked, { kind: 'delay', ms: 0 })
  })

  /** A maxmemory that is used to about `percent`, with a stream that grows. */
  async function filled(percent: number, policy = 'noeviction'): Promise<void> {
    await kit.feed.config('SET', 'maxmemory', '0')
    await kit.feed.config('SET', 'maxmemory-policy', policy)
    for (const key of ['small', 'large']) {
      const size = key === 'large' ? 800_000 : 10
      for (let n = 0; n < 20; n += 1) await kit.feed.xadd(key, '*', 'body', 'x'.repeat(size))
    }
    const used = Number(/used_memory:(\d+)/.exec(await kit.feed.info('memory'))?.[1])
    await kit.feed.config('SET', 'maxmemory', String(Math.round((used * 100) / percent)))
  }

  test('a server that is nearly full is told with its largest stream that grows, and goes once there is room', async () => {
    await filled(95)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect
      .poll(() => told(page))
      .toMatchObject([{ key: 'large', length: 20, grows: null, evicts: false, maxBytes: expect.any(Number) }])
    const [one] = told(page) ?? []
    expect(one).toMatchObject({ percent: expect.toSatisfy((percent: number) => percent >= 90 && percent <= 100) })
    await kit.feed.config('SET', 'maxmemory', String(1_000 * MB))
    kit.monitoring.refresh(id)
    await expect.poll(() => told(page)).toEqual([])
  })

  test('one with room, or without a limit, is not told', async () => {
    await filled(50)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.findings !== null && page.reports.size === 2 && asked > 0).toBe(true)
    expect(told(page)).toEqual([])
    await kit.feed.config('SET', 'maxmemory', '0')
    kit.monitoring.refresh(id)
    await expect.poll(() => asked).toBeGreaterThan(1)
    expect(told(page)).toEqual([])
  })

  test('by a policy that removes any key, that is said', async () => {
    await filled(95, 'allkeys-lru')
    const page = await kit.page(await kit.connect())
    await expect.poll(() => told(page)).toMatchObject([{ evicts: true }])
  })

  test('by a policy that removes keys that expire, it is told only where there are none', async () => {
    await filled(95, 'volatile-lru')
    await kit.feed.set('cached', '1', 'EX', 600)
    const id = await kit.connect()
    const page = await kit.page(id)
    await expect.poll(() => page.findings !== null && asked > 0).toBe(true)
    await expect.poll(() => page.reports.size).toBe(2)
    expect(told(page)).toEqual([])
    await kit.feed.del('cached')
    kit.monitoring.refresh(id)
    await expect.poll(() => told(page)).toMatchObject([{ key: 'large', evicts: false }])
  })

  test('who may not send INFO is told nothing of it, and it is asked once until somebody asks again', async () => {
    await filled(95)
    const id = await kit.connect({ username: 'noinfo' }, 'pw')
    const page = await kit.page(id)
    await expect.poll(() => page.reports.size).toBe(2)
    await expect.poll(() => page.findings !== null && asked === 1).toBe(true)
    expect(told(page)).toEqual([])
    kit.monitoring.refresh(id)
    await expect.poll(() => asked).toBe(2)
  })
})
