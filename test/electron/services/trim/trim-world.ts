import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import type { Redis } from 'ioredis'
import type { Bytes } from '../../../../shared/bytes'
import type { Contract } from '../../../../shared/contract'
import type { ConnectionProfile } from '../../../../shared/model/connection'
import type { Job } from '../../../../shared/model/job'
import type { JournalRecord } from '../../../../shared/model/journal'
import type { TrimPlan, TrimStrategy } from '../../../../shared/model/trim-plan'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { createMemoryLog } from '../../../helpers/memory-log'
import { startRedis, type RedisSetup, type TestRedis } from '../../../helpers/redis-server'
import { createTestBackend } from '../../../helpers/test-backend'
import { transports } from '../../../helpers/transports'

export interface TrimChoice {
  readonly approximate?: boolean
  readonly limit?: number
  readonly key?: Bytes
  readonly keepNeeded?: boolean
}

/** Sluice over one Redis, and a connection beside it that Sluice knows nothing of. */
export interface TrimWorld {
  readonly redis: TestRedis
  readonly direct: Redis
  readonly api: ContractRouterClient<Contract>
  readonly connectionId: string
  readonly dataDir: string
  plan(strategy: TrimStrategy, choice?: TrimChoice): Promise<TrimPlan>
  start(plan: TrimPlan, backup?: boolean): Promise<Job>
  /** The job as it ended. */
  finished(job: Job): Promise<Job>
  run(plan: TrimPlan, backup?: boolean): Promise<Job>
  record(job: Job): Promise<JournalRecord>
  /** Names of the files in the folder of backups. */
  backups(): readonly string[]
  logged(): string
  stop(): Promise<void>
}

export interface TrimWorldSetup extends RedisSetup {
  /** How Sluice connects, where not straight and as itself. */
  readonly profile?: (redis: TestRedis) => Partial<ConnectionProfile> | Promise<Partial<ConnectionProfile>>
  readonly loginPassword?: string
}

export const KEY = 'orders'

export const maxlen = (entries: number): TrimStrategy => ({ kind: 'maxlen', maxlen: entries })
export const minid = (id: string): TrimStrategy => ({ kind: 'minid', minid: id })

export async function openTrimWorld({ profile, loginPassword, ...setup }: TrimWorldSetup = {}): Promise<TrimWorld> {
  const redis = await startRedis(setup)
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-trim-'))
  const memory = createMemoryLog()
  const backend = await createTestBackend(dataDir, memory)
  const [direct] = transports
  if (!direct) throw new Error('no way to call the router')
  const { client: api } = await direct.connect(backend.router)
  const endpoint = redis.connection(await profile?.(redis))
  const { id: connectionId } = await api.connection.save({
    profile: endpoint,
    secrets: { password: loginPassword ?? null },
  })
  await api.connection.open({ connectionId })

  const world: TrimWorld = {
    redis,
    direct: redis.client(),
    api,
    connectionId,
    dataDir,
    plan: (strategy, { approximate = false, limit = 1_000, key = KEY, keepNeeded } = {}) =>
      api.trim.plan({ connectionId, key, strategy, approximate, limit, ...(keepNeeded && { keepNeeded }) }),
    start: (plan, backup = false) => api.trim.run({ connectionId, key: plan.key, planId: plan.id, backup }),
    async finished(job) {
      for await (const update of await api.job.watch()) {
        if (update.id === job.id && update.state !== 'running') return update
      }
      throw new Error('the job was never heard of again')
    },
    run: async (plan, backup = false) => world.finished(await world.start(plan, backup)),
    async record({ recordId }) {
      const { records } = await api.journal.list({ count: 500 })
      const found = records.find(({ id }) => id === recordId)
      if (!found) throw new Error('the journal has no such record')
      return found
    },
    backups: () => (readdirSync(dataDir).includes('backups') ? readdirSync(join(dataDir, 'backups')) : []),
    logged: () => memory.text(),
    async stop() {
      await backend.close()
      await redis.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  return world
}

/** The same with a proxy in between, on Sluice's side only. `stop` ends both. */
export async function openBehindProxy(setup: TrimWorldSetup = {}): Promise<TrimWorld & { readonly proxy: FaultProxy }> {
  const opened: FaultProxy[] = []
  const profile = async (redis: TestRedis): Promise<Partial<ConnectionProfile>> => {
    const proxy = await startFaultProxy(redis)
    opened.push(proxy)
    return { endpoint: { kind: 'tcp', host: proxy.host, port: proxy.port }, ...(await setup.profile?.(redis)) }
  }
  const world = await openTrimWorld({ ...setup, profile })
  const [proxy] = opened
  if (!proxy) throw new Error('no proxy was started')
  const stop = async (): Promise<void> => {
    await world.stop()
    await proxy.stop()
  }
  return { ...world, proxy, stop }
}

/** Calls `see` with each command that comes through, before the server gets it. Nothing is changed. */
export function watchCommands(proxy: FaultProxy, see: (name: string, args: readonly string[]) => void): void {
  const look = ([name = '', ...args]: readonly string[]): boolean => {
    see(name.toUpperCase(), args)
    return false
  }
  void proxy.fault(look, { kind: 'delay', ms: 0 })
}

/** Entries `from-0` … `to-0`, each with its number and as many bytes more as asked for. Quick: the server makes them. */
export async function fill(direct: Redis, to: number, { from = 1, key = KEY, bytes = 0 } = {}): Promise<void> {
  const script = `local body = string.rep('x', tonumber(ARGV[3]))
    for n = tonumber(ARGV[1]), tonumber(ARGV[2]) do redis.call('XADD', KEYS[1], n .. '-0', 'n', n, 'body', body) end`
  for (let at = from; at <= to; at += 20_000) await direct.eval(script, 1, key, at, Math.min(to, at + 19_999), bytes)
}

/** All ids of a stream, in its order. */
export async function idsOf(direct: Redis, key = KEY): Promise<readonly string[]> {
  return (await direct.xrange(key, '-', '+')).map(([id]) => id)
}
