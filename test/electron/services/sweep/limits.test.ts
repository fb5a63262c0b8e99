import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { expect, test } from 'vitest'
import type { SweepLimits } from '../../../../electron/services/sweep/plan-sweep'
import { AS_ADMIN } from '../../../helpers/callers'
import { createTestBackend } from '../../../helpers/test-backend'
import { onEveryServer } from '../recovery/recovery-kit'
import { holders, planSweep, runSweep, seedAll, type Asked } from './sweep-kit'

const ROOM: SweepLimits = { groups: 100, bytes: 1e9, lookUps: 1_000 }

onEveryServer((world) => {
  test.each<readonly [string, Partial<SweepLimits>, Asked, { cappedBy: string; entries: number }]>([
    ['so many groups', { groups: 4 }, {}, { cappedBy: 'groups', entries: 20 }],
    ['so much memory', { bytes: 1 }, {}, { cappedBy: 'memory', entries: 30 }],
    ['so many look-ups', { lookUps: 0 }, { action: { kind: 'ackGone' } }, { cappedBy: 'look-ups', entries: 0 }],
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
      if (plan.rows.every(({ changes }) => changes === 0)) return
      const { id } = await runSweep({ api, connectionId }, plan)
      for await (const job of await api.job.watch()) if (job.id === id && job.state !== 'running') break
      if (cappedBy === 'groups') expect((await holders(world)).sweeper).toBe(plan.sums.changes)
    } finally {
      await backend.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })

  test('what is all there is says nothing', async () => {
    await seedAll(world)
    expect((await planSweep(world.sluice)).cappedBy).toBeNull()
  })
})
