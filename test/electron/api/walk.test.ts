import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBackend } from '../../../electron/api/backend'
import { createDownloads } from '../../../electron/web/downloads'
import { createMemoryLog } from '../../helpers/memory-log'
import { startRedis, type TestRedis } from '../../helpers/redis-server'
import { AS_ADMIN } from '../../helpers/callers'
import { builtDecoder } from '../../helpers/built-decoder'

let redis: TestRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

test('a host looks at the streams of a connection as soon as it is open, though no page follows', async () => {
  const direct = redis.client()
  await direct.xadd('orders', '1-0', 'a', 'b')
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-walk-'))
  const backend = await createBackend({
    ...{ kind: 'web', version: '0.0.0', dataDir, sandbox: false },
    saveFile: createDownloads().save,
    decoderFile: builtDecoder,
    log: createMemoryLog().log,
  })
  try {
    const api = createRouterClient(backend.router, { context: AS_ADMIN })
    const { id: connectionId } = await api.connection.save({ profile: redis.connection(), secrets: { password: null } })
    expect(await direct.info('commandstats')).not.toContain('cmdstat_xinfo|stream')
    await api.connection.open({ connectionId })
    await expect.poll(() => direct.info('commandstats')).toContain('cmdstat_xinfo|stream')
    expect(await direct.info('commandstats')).toContain('cmdstat_xinfo|groups')
  } finally {
    await backend.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
})
