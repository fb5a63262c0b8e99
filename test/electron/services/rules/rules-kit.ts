import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import { createRouterClient } from '@orpc/server'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { Backend } from '../../../../electron/api/backend'
import type { BackendOptions } from '../../../../electron/api/backend-options'
import type { Contract } from '../../../../shared/contract'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import type { JournalRecord } from '../../../../shared/model/journal'
import type { RuleFields, RuleNow } from '../../../../shared/model/rule'
import { ANY_RULE } from '../../../helpers/any-rule'
import { AS_ADMIN } from '../../../helpers/callers'
import { startRedis, type TestRedis } from '../../../helpers/redis-server'
import { createTestBackend } from '../../../helpers/test-backend'

export type Api = ContractRouterClient<Contract>

export const KEY = 'tweets_stream'
export const GROUP = 'redisearch_app_group'
/** Seed 1's monitor. */
export const SEED_1: Partial<RuleFields> = {
  ...{ name: 'monitor', stream: 'tweets_*', group: GROUP, minIdleMs: 10_000, everyMs: 20_000 },
  action: { kind: 'handle', to: 'monitoring_app', prefix: 'tweet:', idField: null },
}

/** A server for the file, emptied before each test, and hosts on one data directory that go by one clock. */
export function useRules(version?: string, everyHost: Partial<BackendOptions> = {}) {
  const backends: Backend[] = []
  const kit = {
    redis: null as unknown as TestRedis,
    direct: null as unknown as Redis,
    dataDir: '',
    nowMs: Date.now(),
    connectionId: '',
    api: null as unknown as Api,
    async host(times: { lookEveryMs?: number } = {}, more: Partial<BackendOptions> = {}): Promise<Api> {
      const backend = await createTestBackend(kit.dataDir, {
        ruleTimes: { now: () => kit.nowMs, lookEveryMs: 0, ...times },
        ...everyHost,
        ...more,
      })
      backends.push(backend)
      const api = createRouterClient(backend.router, { context: AS_ADMIN })
      if (kit.connectionId !== '') await api.connection.open({ connectionId: kit.connectionId })
      return api
    },
    async connect(change: Partial<ConnectionProfile> = {}): Promise<void> {
      const profile = { ...kit.redis.connection(), ...change }
      kit.connectionId = (await kit.api.connection.save({ profile })).id
      await kit.api.connection.open({ connectionId: kit.connectionId })
    },
    /** So many entries, held by a consumer that crashed so long ago. */
    async crash(count: number, idleMs = 60_000, key = KEY, group = GROUP): Promise<string[]> {
      await kit.direct.xgroup('CREATE', key, group, '0', 'MKSTREAM').catch(() => undefined)
      const ids: string[] = []
      for (let n = 0; n < count; n += 1) ids.push((await kit.direct.xadd(key, '*', 'text', `tweet ${n}`))!)
      await kit.direct.xreadgroup('GROUP', group, 'crashed', 'COUNT', count, 'STREAMS', key, '>')
      await kit.direct.xclaim(key, group, 'crashed', 0, ...ids, 'IDLE', idleMs, 'JUSTID')
      return ids
    },
    async add(change: Partial<RuleFields> = {}): Promise<string> {
      return (await kit.api.rule.add({ ...ANY_RULE, connectionId: kit.connectionId, ...change })).id
    },
    async on(change: Partial<RuleFields> = {}, typed?: string): Promise<string> {
      const id = await kit.add(change)
      await kit.api.rule.dryRun(kit.of(id))
      await kit.api.rule.enable({ ...kit.of(id), ...(typed === undefined ? {} : { typed }) })
      return id
    },
    of(id: string): { connectionId: string; id: string } {
      return { connectionId: kit.connectionId, id }
    },
    async now(id: string, from?: Api): Promise<RuleNow> {
      const api = from ?? kit.api
      for await (const { rules } of await api.rule.watch()) {
        const found = rules.find((one) => one.id === id)
        if (found) return found
        break
      }
      throw new Error('there is no such rule')
    },
    async pending(key = KEY, group = GROUP): Promise<number> {
      return Number((await kit.direct.xpending(key, group))[0])
    },
    async records(): Promise<readonly JournalRecord[]> {
      return (await kit.api.journal.list({ count: 100 })).records
    },
  }
  beforeAll(async () => {
    kit.redis = await startRedis(version === undefined ? {} : { version })
    kit.direct = kit.redis.client()
  })
  afterAll(() => kit.redis.stop())
  beforeEach(async () => {
    await kit.direct.flushall()
    kit.dataDir = mkdtempSync(join(tmpdir(), 'sluice-rules-'))
    kit.nowMs = Date.now()
    kit.connectionId = ''
    kit.api = await kit.host()
    await kit.connect()
  })
  afterEach(async () => {
    for (const each of backends.splice(0)) await each.close()
    rmSync(kit.dataDir, { recursive: true, force: true })
  })
  return kit
}
