import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { displayBytes, type Bytes } from '../../../../shared/bytes'
import type { Finding } from '../../../../shared/judgement/finding'
import type { StreamReport } from '../../../../shared/model/monitoring'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import { defaultSettings, type Settings } from '../../../../shared/model/settings'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import { createBudget, type Budget } from '../../../../electron/services/monitoring/budget'
import { createDiscovery, type Discovery } from '../../../../electron/services/monitoring/discovery'
import { createMonitoring, type Monitoring } from '../../../../electron/services/monitoring/monitoring'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startRedis, type RedisSetup, type TestRedis } from '../../../helpers/redis-server'

/** What one page was told so far. */
export interface Page {
  readonly watchId: string
  /** By the stream's name for people. */
  readonly reports: ReadonlyMap<string, StreamReport>
  /** Names in the order told, again where they were told again. */
  readonly told: readonly string[]
  readonly findings: {
    readonly list: readonly Finding[]
    readonly count: number
    readonly bad: number
    readonly snoozed: number
  } | null
  readonly events: number
  readonly hasEnded: boolean
  leave(): void
}

export interface WatchKit {
  readonly redis: TestRedis
  readonly feed: Redis
  readonly proxy: FaultProxy
  readonly connections: Connections
  readonly discovery: Discovery
  readonly monitoring: Monitoring
  set(changes: Partial<Settings>): void
  /** Of all connections that are opened from now on in this test. */
  useBudget(budget: Budget): void
  logged(): string
  /** Opens a connection through the proxy, and gives its id. */
  connect(profile?: Partial<ConnectionProfile>, password?: string): Promise<string>
  page(connectionId: string): Promise<Page>
}

/** Monitoring over a real server, with a proxy between that sees each command. */
export function useMonitoring(setup: RedisSetup = {}): WatchKit {
  let redis: TestRedis
  let feed: Redis
  let proxy: FaultProxy
  let connections: Connections
  let discovery: Discovery
  let monitoring: Monitoring
  let dataDir: string
  let memory = createMemoryLog()
  const leaving = new Set<AbortController>()
  let settings = defaultSettings
  let budget = createBudget()

  beforeAll(async () => {
    redis = await startRedis(setup)
    feed = redis.client()
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await feed.flushall()
    memory = createMemoryLog()
    settings = defaultSettings
    budget = createBudget()
    dataDir = mkdtempSync(join(tmpdir(), 'sluice-monitoring-'))
    proxy = await startFaultProxy(redis)
    connections = await createConnections({ dataDir, secrets: createMemorySecrets(), log: memory.log })
    discovery = createDiscovery({ topology: connections.topology, server: connections.anyServer, log: memory.log })
    monitoring = createMonitoring({
      ...{ connections, discovery, settings: () => settings, log: memory.log },
      budget: () => budget,
    })
  })
  afterEach(async () => {
    for (const controller of leaving) controller.abort()
    leaving.clear()
    monitoring.close()
    discovery.close()
    connections.close()
    await proxy.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  async function follow(connectionId: string): Promise<Page> {
    const controller = new AbortController()
    leaving.add(controller)
    const reports = new Map<string, StreamReport>()
    const told: string[] = []
    const page = {
      watchId: '',
      reports,
      told,
      findings: null as Page['findings'],
      events: 0,
      hasEnded: false,
      leave: () => controller.abort(),
    }
    const read = async (): Promise<void> => {
      for await (const event of monitoring.watch(connectionId, controller.signal)) {
        page.events += 1
        if (event.kind === 'begin') page.watchId = event.watchId
        else if (event.kind === 'findings')
          page.findings = { list: event.findings, count: event.count, bad: event.bad, snoozed: event.snoozed }
        else if (event.kind === 'streams') {
          for (const report of event.streams) {
            const name = displayBytes(report.summary.key)
            reports.set(name, report)
            told.push(name)
          }
        }
      }
      page.hasEnded = true
    }
    const reading = read()
    await Promise.race([reading, expect.poll(() => page.watchId).not.toBe('')])
    return page
  }

  return {
    get redis() {
      return redis
    },
    get feed() {
      return feed
    },
    get proxy() {
      return proxy
    },
    get connections() {
      return connections
    },
    get discovery() {
      return discovery
    },
    get monitoring() {
      return monitoring
    },
    set(changes) {
      settings = { ...settings, ...changes }
      monitoring.settingsChanged()
    },
    useBudget(next) {
      budget = next
    },
    logged: () => memory.text(),
    async connect(profile = {}, password) {
      const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
      const { id } = await connections.add(redis.connection({ endpoint, ...profile }), password ?? null)
      await connections.open(id)
      return id
    },
    page: follow,
  }
}

export function shown(
  keys: readonly Bytes[],
  hidden = false,
): { keys: readonly Bytes[]; findings: number; hidden: boolean } {
  return { keys, findings: 24, hidden }
}

/** Streams s001, s002… of one entry each, with a group that has read it. */
export async function fill(feed: Redis, count: number): Promise<readonly string[]> {
  const script = `for i = 1, ARGV[1] do
    local key = string.format('s%04d', i)
    redis.call('XADD', key, '1-1', 'a', 'b')
    redis.call('XGROUP', 'CREATE', key, 'g', '$') end`
  await feed.eval(script, 0, count)
  return Array.from({ length: count }, (_, at) => `s${String(at + 1).padStart(4, '0')}`)
}
