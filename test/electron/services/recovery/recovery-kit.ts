import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import { createRouterClient } from '@orpc/server'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Backend } from '../../../../electron/api/backend'
import type { BackendOptions } from '../../../../electron/api/backend-options'
import { fromBuffer } from '../../../../electron/redis/bytes'
import type { Bytes } from '../../../../shared/bytes'
import type { Contract } from '../../../../shared/contract'
import { MAX_ID, type EntryId } from '../../../../shared/entry-id'
import type { ConnectionProfile, SecretPurpose } from '../../../../shared/model/connection'
import type { HostKey } from '../../../../shared/model/host-key'
import type { Job, JobCounts } from '../../../../shared/model/job'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { UndoWhich } from '../../../../shared/model/undo-plan'
import type { Criteria, Selection } from '../../../../shared/model/selection'
import { startFaultProxy, type FaultProxy } from '../../../helpers/fault-proxy'
import { onEachServer, serversHere } from '../../../helpers/on-each-server'
import { startRedis, type RedisSetup, type TestRedis } from '../../../helpers/redis-server'
import { createTestBackend } from '../../../helpers/test-backend'
import { AS_ADMIN } from '../../../helpers/callers'

export const KEY = 'orders'
export const GROUP = 'billing'

export type Name = string | Buffer

/** Sluice with a data directory of its own, open on one server. */
export interface Sluice {
  readonly api: ContractRouterClient<Contract>
  readonly connectionId: string
  readonly dataDir: string
  plan(selection: Selection, action: RecoveryAction, key?: Bytes, group?: Bytes): Promise<RecoveryPlan>
  run(plan: RecoveryPlan): Promise<Job>
  /** The job at its end. */
  finished(job: Job): Promise<Job>
  /** Plans, runs, and gives the job at its end. */
  recover(selection: Selection, action: RecoveryAction, key?: Bytes, group?: Bytes): Promise<Job>
  /** Undoes what a job did, and gives the undo's job at its end. */
  undo(job: Pick<Job, 'recordId'>, which?: UndoWhich): Promise<Job>
  /** Closed and started anew on the same directory; `between` works on what is on the disk. */
  restart(between?: () => void): Promise<void>
  stop(): Promise<void>
}

export async function openSluice(
  profile: ConnectionProfile,
  password: string | null = null,
  options: Pick<BackendOptions, 'lostReply' | 'timings' | 'notesCommands' | 'claimLooksMs'> = {},
  secrets: { readonly [P in SecretPurpose]?: string } = {},
  hostKey?: HostKey,
): Promise<Sluice> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-recovery-'))
  const start = (): Promise<Backend> => createTestBackend(dataDir, options)
  const clientOf = (backend: Backend): Sluice['api'] => createRouterClient(backend.router, { context: AS_ADMIN })
  let backend = await start()
  let api = clientOf(backend)
  const { id: connectionId } = await api.connection.save({ profile, secrets: { password, ...secrets } })
  if (hostKey) await api.connection.trustHostKey(hostKey)
  await api.connection.open({ connectionId })

  const finished = async ({ id }: Job): Promise<Job> => {
    for await (const job of await api.job.watch()) if (job.id === id && job.state !== 'running') return job
    throw new Error('the job was never heard of again')
  }
  const plan: Sluice['plan'] = (selection, action, key = KEY, group = GROUP) =>
    api.recovery.plan({ connectionId, key, group, selection, action })
  const run: Sluice['run'] = ({ id }) => api.recovery.run({ connectionId, planId: id })
  return {
    get api() {
      return api
    },
    connectionId,
    dataDir,
    plan,
    run,
    finished,
    recover: async (...asked) => finished(await run(await plan(...asked))),
    undo: async ({ recordId }, which) => finished(await api.recovery.undo({ connectionId, recordId, which })),
    async restart(between) {
      await backend.close()
      between?.()
      backend = await start()
      api = clientOf(backend)
      await api.connection.open(password === null ? { connectionId } : { connectionId, password })
    },
    async stop() {
      await backend.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Waits until a lost connection is back. */
export async function isOpen({ api, connectionId }: Pick<Sluice, 'api' | 'connectionId'>): Promise<void> {
  for await (const { state } of await api.connection.watch({ connectionId })) if (state === 'open') return
}

export interface World {
  readonly redis: TestRedis
  /** Asserts, and plays the other clients. Sluice knows nothing of it. */
  readonly direct: Redis
  /** Between Sluice and the server. */
  readonly proxy: FaultProxy
  readonly sluice: Sluice
}

/** The same tests on every server that the file runs on (or on these), each with an empty server and a Sluice of its own. */
export function onEveryServer(
  define: (world: World) => void,
  setup: Omit<RedisSetup, 'version'> = {},
  servers = serversHere(),
): void {
  const defineOn = (version: string): void => {
    let world: World | null = null
    const now = (): World => {
      if (world === null) throw new Error('there is a world within a test only')
      return world
    }
    let redis: TestRedis
    let direct: Redis
    beforeAll(async () => {
      redis = await startRedis({ version, ...setup })
      direct = redis.client({ stringNumbers: true })
    })
    afterAll(() => redis.stop())
    beforeEach(async () => {
      await direct.flushall()
      const proxy = await startFaultProxy(redis)
      const endpoint = { kind: 'tcp', host: proxy.host, port: proxy.port } as const
      world = { redis, direct, proxy, sluice: await openSluice(redis.connection({ endpoint })) }
      await direct.config('RESETSTAT')
    })
    afterEach(async () => {
      const { proxy, sluice } = now()
      proxy.resume()
      await sluice.stop()
      await proxy.stop()
      world = null
    })
    define({
      get redis() {
        return now().redis
      },
      get direct() {
        return now().direct
      },
      get proxy() {
        return now().proxy
      },
      get sluice() {
        return now().sluice
      },
    })
  }
  onEachServer('on %s', defineOn, servers)
}

/** `first-0`, `first+1-0`… */
export function idsFrom(first: number, count: number): EntryId[] {
  return Array.from({ length: count }, (_, at) => `${first + at}-0`)
}

export interface Seed {
  readonly key?: Name
  readonly group?: Name
  /** Who holds which ids, delivered for real. In any order; ids must not repeat. */
  readonly held: Readonly<Record<string, readonly EntryId[]>> | readonly (readonly [Name, readonly EntryId[]])[]
  /** How long ago that was; just now by default. */
  readonly idleMs?: number
}

/** Entries, a group, and their delivery to consumers. Each has been delivered once. */
export async function seed(direct: Redis, { key = KEY, group = GROUP, held, idleMs }: Seed): Promise<void> {
  const holdings = Array.isArray(held)
    ? (held as readonly (readonly [Name, readonly EntryId[]])[])
    : Object.entries(held as Readonly<Record<string, readonly EntryId[]>>)
  const ids = holdings.flatMap(([, each]) => each).sort((a, b) => (lessThan(a, b) ? -1 : 1))
  const pipeline = direct.pipeline()
  for (const id of ids) pipeline.xadd(key, id, 'n', id)
  pipeline.xgroup('CREATE', key, group, '0')
  pipeline.call('XREADGROUP', ['GROUP', group, holdings[0]?.[0] ?? '', 'COUNT', ids.length, 'STREAMS', key, '>'])
  const idle = idleMs === undefined ? [] : ['IDLE', idleMs]
  for (const [consumer, theirs] of idleMs === undefined ? holdings.slice(1) : holdings) {
    pipeline.call('XCLAIM', [key, group, consumer, 0, ...theirs, ...idle, 'JUSTID'])
  }
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}

function lessThan(a: EntryId, b: EntryId): boolean {
  const [left, right] = [a, b].map((id) => id.split('-').map(BigInt))
  const [ms, seq] = [left?.[0] ?? 0n, left?.[1] ?? 0n]
  const [otherMs, otherSeq] = [right?.[0] ?? 0n, right?.[1] ?? 0n]
  return ms < otherMs || (ms === otherMs && seq < otherSeq)
}

/** One pending entry as the server has it: id, consumer, delivery count (exact, as text). */
export type Held = readonly [id: EntryId, consumer: Bytes, deliveries: string]

/** The whole pending list, in order. */
export async function pendingOf(direct: Redis, key: Name = KEY, group: Name = GROUP): Promise<Held[]> {
  const rows: Held[] = []
  for (let from = '-'; ;) {
    const page = (await direct.callBuffer('XPENDING', [key, group, from, '+', 1000])) as [
      Buffer,
      Buffer,
      unknown,
      unknown,
    ][]
    rows.push(...page.map(([id, consumer, , count]): Held => [id.toString(), fromBuffer(consumer), String(count)]))
    const last = rows.at(-1)
    // Redis takes `(` before any id but the greatest.
    if (page.length < 1000 || last === undefined || last[0] === MAX_ID) return rows
    from = `(${last[0]}`
  }
}

/** What one consumer holds. */
export async function heldBy(direct: Redis, consumer: Bytes, key: Name = KEY, group: Name = GROUP): Promise<EntryId[]> {
  const rows = await pendingOf(direct, key, group)
  return rows.filter(([, holder]) => JSON.stringify(holder) === JSON.stringify(consumer)).map(([id]) => id)
}

/** Everything the server knows of the stream, its groups and their pending lists. Nothing in it runs with the clock. */
export async function everything(direct: Redis, key: Name = KEY): Promise<unknown> {
  return direct.callBuffer('XINFO', ['STREAM', key, 'FULL', 'COUNT', 0])
}

/** ms since 1970. */
export async function serverTime(direct: Redis): Promise<number> {
  const [seconds = 0, micros = 0] = (await direct.time()).map(Number)
  return seconds * 1_000 + Math.floor(micros / 1_000)
}

/** Server time of the last delivery to anybody. */
export async function newestDelivery(direct: Redis): Promise<number> {
  const before = await serverTime(direct)
  const rows = (await direct.xpending(KEY, GROUP, '-', '+', 1000)) as [string, string, string, string][]
  return before - Math.min(...rows.map(([, , idleMs]) => Number(idleMs)))
}

/** How often the server has carried out a command since the test began; refused ones don't count. */
export async function callsOf(direct: Redis, command: string): Promise<number> {
  const line = new RegExp(`^cmdstat_${command.replace('|', '\\|')}:calls=(\\d+),.*failed_calls=(\\d+)`, 'm')
  const [, calls = '0', failed = '0'] = line.exec(await direct.info('commandstats')) ?? []
  return Number(calls) - Number(failed)
}

/** Waits until the server has carried a command out so many times: it came through, whether its reply did or not. */
export async function executed(direct: Redis, command: string, times: number): Promise<void> {
  await expect.poll(() => callsOf(direct, command), { timeout: 30_000 }).toBe(times)
}

/** How many of a command Sluice has sent so far. */
export function sentSoFar(proxy: FaultProxy, command: string): number {
  return proxy.commands.filter((name) => name === command.toUpperCase()).length
}

/**
 * Stops all traffic as soon as Sluice sends the `nth` command that matches: it is carried out, its reply is held. Await
 * `reached`, do what the others do meanwhile, and `resume` the proxy.
 */
export function holdAt(proxy: FaultProxy, match: (args: readonly string[]) => boolean, nth = 1): Promise<void> {
  let left = nth
  return new Promise((reached) => {
    void proxy.fault(
      (args) => {
        if (left > 0 && match(args)) {
          left -= 1
          if (left === 0) {
            proxy.blackhole()
            reached()
          }
        }
        return false
      },
      { kind: 'delay', ms: 0 },
    )
  })
}

export const named =
  (name: string) =>
  ([command]: readonly string[]): boolean =>
    command?.toUpperCase() === name

/** All counts, those not given 0. */
export function counts(some: Partial<JobCounts>): JobCounts {
  return { changed: 0, leftAlone: 0, gone: 0, dropped: 0, unknown: 0, ...some }
}

export const ofConsumer = (consumer: Bytes): Selection => ({ kind: 'consumer', consumer })
export const ofIds = (ids: readonly EntryId[]): Selection => ({ kind: 'ids', ids: [...ids] })
/** The idle time begins anew, on every server alike; without a word it is kept where that costs the server little. */
export const claimTo = (to: Bytes | null, includeGone = false): RecoveryAction => ({
  kind: 'claim',
  to,
  includeGone,
  idle: 'anew',
})
export const ack: RecoveryAction = { kind: 'ack' }
export const spreadOver = (to: Bytes[] | null, includeGone = false): RecoveryAction => ({
  kind: 'spread',
  to,
  includeGone,
  idle: 'anew',
})
export const ofAll = (criteria: Criteria = {}): Selection => ({ kind: 'matching', criteria })

/** The plan that a walk ends with, and how far it said it was on the way. */
export async function walked<T extends { readonly state: string }>(
  events: Promise<AsyncIterable<T>>,
): Promise<{
  readonly ready: Extract<T, { state: 'ready' }>
  readonly readings: readonly Exclude<T, { state: 'ready' }>[]
}> {
  const readings: Exclude<T, { state: 'ready' }>[] = []
  for await (const event of await events) {
    if (event.state === 'ready') return { ready: event as Extract<T, { state: 'ready' }>, readings }
    readings.push(event as Exclude<T, { state: 'ready' }>)
  }
  throw new Error('the walk ended without a plan')
}
