import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { expect, test } from 'vitest'
import type { AlertsNow } from '../../../shared/model/alert'
import { displayName } from '../../../shared/format/display-name'
import { ANY_ALERT } from '../../helpers/any-alert'
import { AS_ADMIN } from '../../helpers/callers'
import { startRedis } from '../../helpers/redis-server'
import { createTestBackend } from '../../helpers/test-backend'

test('what an alert is about is told though no page looks, and that it is gone; what is snoozed is not', async () => {
  const redis = await startRedis()
  const direct = redis.client()
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-alerts-'))
  const backend = await createTestBackend(dataDir, { walkFrom: 'opened' })
  const api = createRouterClient(backend.router, { context: AS_ADMIN })
  let now: AlertsNow | null = null
  const controller = new AbortController()
  const follow = async (): Promise<void> => {
    for await (const each of await api.alert.watch(undefined, { signal: controller.signal })) now = each
  }
  const told = (): readonly string[] =>
    now?.tellings.flatMap(({ alertName, what, named }) =>
      named.map(({ key }) => `${alertName} ${what} ${displayName(key ?? '')}`),
    ) ?? []
  try {
    for (const key of ['orders:dead', 'other:dead', 'orders']) {
      for (let n = 0; n < 10; n += 1) await direct.xadd(key, '*', 'a', 'body of an entry')
    }
    await api.host.saveSettings({ refreshSeconds: 1 })
    await api.alert.add({ ...ANY_ALERT, name: 'Letters', kinds: ['dead-letters'], stream: 'orders:*' })
    await api.alert.add({ ...ANY_ALERT, name: 'Other', kinds: ['dead-letters'], stream: 'other:*' })
    follow().catch(() => undefined)
    const { id: connectionId } = await api.connection.save({ profile: redis.connection() })
    const asked = { findingId: 'dead-letters/sother:dead', kind: 'dead-letters', key: 'other:dead', group: null }
    await api.monitoring.snooze({ connectionId, ...asked, reason: 'known', forMs: 3_600_000 })
    await api.connection.open({ connectionId })
    await expect.poll(told, { timeout: 30_000 }).toEqual(['Letters raised orders:dead'])
    await direct.del('orders:dead', 'other:dead')
    const both = ['Letters resolved orders:dead', 'Letters raised orders:dead']
    await expect.poll(told, { timeout: 60_000 }).toEqual(both)
    expect(JSON.stringify(now)).not.toContain('body of an entry')
  } finally {
    controller.abort()
    await backend.close()
    rmSync(dataDir, { recursive: true, force: true })
    await redis.stop()
  }
})
