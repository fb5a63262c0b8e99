import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import { createRouterClient } from '@orpc/server'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { Backend } from '../../../electron/api/backend'
import type { Bytes } from '../../../shared/bytes'
import type { Contract } from '../../../shared/contract'
import type { ConnectionProfile } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import { createMemoryLog } from '../../helpers/memory-log'
import { startRedis, type RedisSetup, type TestRedis } from '../../helpers/redis-server'
import { createTestBackend } from '../../helpers/test-backend'
import { AS_ADMIN } from '../../helpers/callers'

export type Api = ContractRouterClient<Contract>

export interface BackendKit {
  readonly redis: TestRedis
  /** A connection that Sluice knows nothing of. */
  readonly direct: Redis
  readonly api: Api
  readonly backend: Backend
  readonly dataDir: string
  logged(): string
  /** Saves and opens a connection; gives its id. */
  connect(changes?: Partial<ConnectionProfile>, password?: string): Promise<string>
  /** How often the server was sent each command that could change something, probes and refusals included. */
  writesSent(): Promise<Readonly<Record<string, number>>>
  /** Changes of what it holds that the server counted. */
  changes(): Promise<number>
  /** All that the journal's folder holds; nothing before the first record. */
  journaled(): string
  /** The job as it ended. */
  finished(job: Job): Promise<Job>
}

/** The backend of a host over a real server of its own, with a fresh data directory for each test. */
export function useBackend(setup: RedisSetup = {}, makeDataDir = temporaryDir): BackendKit {
  let redis: TestRedis
  let direct: Redis
  let backend: Backend
  let api: Api
  let dataDir: string
  let memory: ReturnType<typeof createMemoryLog>
  let writes: ReadonlySet<string>
  beforeAll(async () => {
    redis = await startRedis(setup)
    direct = redis.client()
    writes = await commandsThatChange(direct)
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await direct.flushall()
    dataDir = makeDataDir()
    memory = createMemoryLog()
    backend = await createTestBackend(dataDir, memory)
    api = createRouterClient(backend.router, { context: AS_ADMIN })
  })
  afterEach(async () => {
    await backend.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return {
    get redis() {
      return redis
    },
    get direct() {
      return direct
    },
    get api() {
      return api
    },
    get backend() {
      return backend
    },
    get dataDir() {
      return dataDir
    },
    logged: () => memory.text(),
    async connect(changes = {}, password) {
      const { id } = await api.connection.save({
        profile: redis.connection(changes),
        secrets: { password: password ?? null },
      })
      await api.connection.open({ connectionId: id })
      return id
    },
    async writesSent() {
      const stats = readStats(await direct.info('commandstats'))
      return Object.fromEntries(stats.filter(([command]) => writes.has(command)))
    },
    changes: async () => Number(/rdb_changes_since_last_save:(\d+)/.exec(await direct.info('persistence'))?.[1]),
    journaled: () => filesIn(join(dataDir, 'journal')),
    async finished({ id }) {
      for await (const job of await api.job.watch()) if (job.id === id && job.state !== 'running') return job
      throw new Error('the job was not heard of again')
    },
  }
}

/** Commands and how often they came, refused or not. */
function readStats(info: string): readonly (readonly [string, number])[] {
  const line = /^cmdstat_([^:]+):calls=(\d+),.*rejected_calls=(\d+)/gm
  return [...info.matchAll(line)].map(([, command = '', calls, rejected]) => [
    command,
    Number(calls) + Number(rejected),
  ])
}

/** As the server itself has them in its categories, and those that change its settings. EVAL_RO lets no script write. */
async function commandsThatChange(direct: Redis): Promise<ReadonlySet<string>> {
  const lists = await Promise.all(
    ['write', 'scripting', 'admin'].map((category) => direct.call('COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', category)),
  )
  const reading =
    /^(config\|get|client\|(list|info|getname|id)|slowlog|info|monitor|acl\|whoami|xinfo|debug|eval_ro|evalsha_ro)/
  return new Set((lists.flat() as string[]).filter((command) => !reading.test(command)))
}

function filesIn(folder: string): string {
  if (!existsSync(folder)) return ''
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  return names.map(({ name }) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`).join('\n')
}

function temporaryDir(): string {
  return mkdtempSync(join(tmpdir(), 'sluice-backend-'))
}

/** Ten entries, of which `alice` holds the first `held`, in the group `billing`. */
export async function seedStream(
  direct: Redis,
  key: string | Buffer,
  held = 3,
  more: readonly string[] = [],
): Promise<void> {
  for (let n = 1; n <= 10; n += 1) await direct.xadd(key, `${n}-0`, 'n', String(n), ...more)
  await direct.xgroup('CREATE', key, 'billing', '0')
  await direct.call('XREADGROUP', 'GROUP', 'billing', 'alice', 'COUNT', held, 'STREAMS', key, '>')
}

/** A plan that gives what one consumer holds to another. */
export async function planClaim(api: Api, connectionId: string, key: Bytes, from = 'alice', to = 'bob') {
  const selection = { kind: 'consumer', consumer: from } as const
  const action = { kind: 'claim', to, includeGone: false } as const
  return api.recovery.plan({ connectionId, key, group: 'billing', selection, action })
}

/** A plan that removes the first entry. */
export async function planTrim(api: Api, connectionId: string, key: Bytes) {
  const strategy = { kind: 'minid', minid: '2-0' } as const
  return api.trim.plan({ connectionId, key, strategy, approximate: false, limit: 1_000 })
}

/** Deletes the last entry after a backup, and gives that one's name. */
export async function makeBackup(kit: BackendKit, connectionId: string, key: Bytes): Promise<string> {
  const selection = { kind: 'ids' as const, ids: ['10-0'] }
  const { id } = await kit.api.entry.planDelete({ connectionId, key, selection, references: 'KEEPREF' })
  await kit.finished(await kit.api.entry.delete({ connectionId, key, planId: id, backup: true }))
  return (await kit.api.restore.backups()).backups[0]?.file ?? ''
}

/** A plan to add what a backup holds to the end of a stream. */
export async function planCopies(api: Api, connectionId: string, key: Bytes, file: string): Promise<string> {
  for await (const event of await api.restore.planCopies({ connectionId, key, file, ids: null, provenance: true })) {
    if (event.state === 'ready') return event.plan.id
  }
  throw new Error('the plan was never made')
}

/** Of a plan that redrives all of them to another stream. */
export async function planRedrive(api: Api, connectionId: string, key: Bytes): Promise<string> {
  const options = { strays: 'elsewhere', create: true }
  const planAll = await api.redrive.planAll({ connectionId, key, selection: { kind: 'all' }, options })
  for await (const step of planAll) if (step.state === 'ready') return step.plan.id
  throw new Error('there was no plan')
}

/** A plan to make a new key of a backup and its stream. */
export async function planRebuild(api: Api, connectionId: string, file: string, target: Bytes): Promise<string> {
  for await (const event of await api.restore.planRebuild({ connectionId, file, target, merge: true })) {
    if (event.state === 'ready') return event.plan.id
  }
  throw new Error('the plan was never made')
}

/** Makes a new key of a backup and its stream; gives the record, and a plan to swap the two. */
export async function makeRebuilt(kit: BackendKit, connectionId: string, file: string) {
  const { api } = kit
  const planId = await planRebuild(api, connectionId, file, 'rebuilt')
  const { recordId } = await kit.finished(await api.restore.rebuild({ connectionId, planId }))
  for await (const event of await api.restore.planSwap({ connectionId, recordId })) {
    if (event.state === 'ready') return { rebuiltId: recordId, swapPlanId: event.plan.id }
  }
  throw new Error('the plan was never made')
}

/** A plan that deletes the second entry. */
export async function planDelete(api: Api, connectionId: string, key: Bytes) {
  const selection = { kind: 'ids' as const, ids: ['2-0'] }
  return api.entry.planDelete({ connectionId, key, selection, references: 'KEEPREF' })
}

/** A plan that sets the group back to its beginning. */
export async function planChange(api: Api, connectionId: string, key: Bytes) {
  const change = { kind: 'set id' as const, to: '0-0' }
  return api.group.planChange({ connectionId, key, group: 'billing', change })
}
