import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { expect, test } from 'vitest'
import type { SweepLimits } from '../../../../electron/services/sweep/plan-sweep'
import { ANY_SWEEP } from '../../../helpers/any-sweep'
import { AS_ADMIN } from '../../../helpers/callers'
import { createTestBackend } from '../../../helpers/test-backend'
import { holdAt, onEveryServer } from '../recovery/recovery-kit'
import { holders, planSweep, runSweep, seedAll, type Asked } from './sweep-kit'

const ROOM: SweepLimits = { groups: 100, bytes: 1e9, lookUps: 1_000 }

onEveryServer((world) => {
  test.each<readonly [string, Partial<SweepLimits>, Asked, { cappedBy: string; entries: number }]>([
    ['so many groups', { groups: 4 }, {}, { cappedBy: 'groups', entries: 20 }],
    ['so much memory', { bytes: 1 }, {}, { cappedBy: 'memory', entries: 30 }],
    ['so many look-ups', { lookUps: 0 }, { action: { kind: 'ackGone' } }, { cappedBy: 'look-ups', entries: 0 }],
    // Each group takes five; they are looked at side by side.
    ['the look-ups of two', { lookUps: 12 }, { action: { kind: 'ackGone' } }, { cappedBy: 'look-ups', entries: 2 }],
  ])('a plan of more than %s says so, and does what it shows', async (_what, limits, asked, { cappedBy, entries }) => {
    const { direct, redis } = world
    await seedAll(world)
    // A hole, behind which the stream's bounds tell nothing.
    for (const key of ['app:a', 'app:b', 'app:c']) await direct.xdel(key, '5-0')
    await seedAll(
      world,
      1,
      Array.from({ length: 20 }, (_, at) => `more:${at}`),
    )
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-sweep-'))
    const backend = await createTestBackend(dataDir, { sweepLimits: { ...ROOM, ...limits } })
    try {
      const api = createRouterClient(backend.router, { context: AS_ADMIN })
      const { id: connectionId } = await api.connection.save({ profile: redis.connection() })
      await api.connection.open({ connectionId })
      const stream = cappedBy === 'memory' ? '*' : 'app:*'
      const plan = await planSweep({ api, connectionId }, { ...asked, stream })
      expect(plan.cappedBy).toBe(cappedBy)
      if (cappedBy === 'memory') expect(plan.groups).toBeLessThan(46)
      else expect(plan.sums.entries).toBe(entries)
      expect(plan.rows.every(({ changes }) => changes > 0)).toBe(true)
      if (plan.rows.length === 0) return
      const { id } = await runSweep({ api, connectionId }, plan)
      for await (const job of await api.job.watch()) if (job.id === id && job.state !== 'running') break
      if (cappedBy === 'groups') expect((await holders(world)).sweeper).toBe(plan.sums.changes)
    } finally {
      await backend.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })

  test('plans take no room of those of others, however many there are', async () => {
    await seedAll(world)
    const { api, connectionId, finished } = world.sluice
    const own = await api.recovery.plan({
      ...{ connectionId, key: 'app:a', group: 'g1', selection: { kind: 'ids', ids: ['1-0'] } },
      action: { kind: 'claim', to: 'other', includeGone: false },
    })
    for (let n = 0; n <= 200; n += 1) await planSweep(world.sluice, { stream: 'none' })
    const job = await finished(await api.recovery.run({ connectionId, planId: own.id }))
    expect(job).toMatchObject({ state: 'done', counts: { changed: 1 } })
  })

  test('a search for streams ends with whoever asked for it', async () => {
    const { direct, proxy, sluice } = world
    const pipeline = direct.pipeline()
    for (let n = 0; n < 20_000; n += 1) pipeline.xadd(`many:${n}`, '1-0', 'n', '1')
    await pipeline.exec()
    const sent = proxy.commands.length
    const searches = () => proxy.commands.slice(sent).filter((name) => name === 'SCAN').length
    const left = new AbortController()
    const seen = holdAt(proxy, ([name]) => name?.toUpperCase() === 'SCAN', 2)
    const { api, connectionId } = sluice
    const steps = await api.sweep.plan({ ...ANY_SWEEP, stream: 'none:*', connectionId }, { signal: left.signal })
    const plan = steps.next().catch(() => null)
    await seen
    left.abort()
    proxy.resume()
    await plan
    await api.sweep.plan({ ...ANY_SWEEP, stream: 'none', connectionId }).then((all) => all.next())
    expect(searches()).toBeLessThan(4)
  })

  test('what is all there is says nothing', async () => {
    await seedAll(world)
    expect((await planSweep(world.sluice)).cappedBy).toBeNull()
  })
})
