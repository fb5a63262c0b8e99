import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Connection, ConnectionProfile } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import type { JournalRecord } from '../../../shared/model/journal'
import type { RecoveryPlan } from '../../../shared/model/plan'
import type { HostProcess } from '../../helpers/host-process'
import { startRedis, type TestRedis } from '../../helpers/redis-server'

/** What alice holds when a slow job begins. */
export const ENTRIES = 20_000

export interface SlowJob {
  readonly host: HostProcess
  readonly connectionId: string
  readonly job: Job
}

export interface SharedDirectory {
  readonly direct: Redis
  /** Of several hosts; empty before each test. */
  readonly dataDir: string
  profile(some?: Partial<ConnectionProfile>): ConnectionProfile
  /** A job of this host on a connection `orders`: claims what alice holds for bob, some entries per second. */
  runSlowly(host: HostProcess): Promise<SlowJob>
  heldBy(consumer: string): Promise<number>
}

/** One server, and a data directory for several hosts. Call at the top of a test file, before `useHostProcesses`. */
export function useSharedDirectory(): SharedDirectory {
  let redis: TestRedis
  let direct: Redis
  let dataDir: string
  beforeAll(async () => {
    redis = await startRedis()
    direct = redis.client({ stringNumbers: true })
  })
  afterAll(() => redis.stop())
  beforeEach(async () => {
    await direct.flushall()
    dataDir = mkdtempSync(join(tmpdir(), 'sluice-shared-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  async function heldBy(consumer: string): Promise<number> {
    type Summary = [number, string, string, [string, string][]]
    const [, , , holders] = (await direct.xpending('orders', 'billing')) as Summary
    return Number(holders.find(([name]) => name === consumer)?.[1] ?? 0)
  }
  return {
    get direct() {
      return direct
    },
    get dataDir() {
      return dataDir
    },
    profile: (some) => redis.connection(some),
    heldBy,
    async runSlowly(host) {
      const pipeline = direct.pipeline()
      for (let n = 1; n <= ENTRIES; n += 1) pipeline.xadd('orders', `${n}-0`, 'n', '1')
      pipeline.xgroup('CREATE', 'orders', 'billing', '0')
      pipeline.call('XREADGROUP', 'GROUP', 'billing', 'alice', 'COUNT', ENTRIES, 'STREAMS', 'orders', '>')
      await pipeline.exec()
      const profile = redis.connection({ name: 'orders' })
      const { id: connectionId } = await host.call<Connection>('connection.save', { profile })
      await host.call('connection.open', { connectionId })
      const { id: planId } = await host.call<RecoveryPlan>('recovery.plan', {
        ...{ connectionId, key: 'orders', group: 'billing' },
        selection: { kind: 'consumer', consumer: 'alice' },
        action: { kind: 'claim', to: 'bob', includeGone: false },
      })
      const job = await host.call<Job>('recovery.run', { connectionId, planId })
      await host.call('job.limit', { jobId: job.id, perSecond: 100 })
      await expect.poll(() => heldBy('bob')).toBeGreaterThan(0)
      return { host, connectionId, job }
    },
  }
}

/** A job's record, as this host's journal has it. */
export async function recordIn(host: HostProcess, { recordId }: Job): Promise<JournalRecord | undefined> {
  const { records } = await host.call<{ records: readonly JournalRecord[] }>('journal.list', { count: 50 })
  return records.find(({ id }) => id === recordId)
}

export const stateIn = async (host: HostProcess, job: Job): Promise<JournalRecord['state'] | undefined> =>
  (await recordIn(host, job))?.state

/** The job at its end. */
export async function endedIn(host: HostProcess, { id }: Pick<Job, 'id'>): Promise<Job> {
  for await (const job of host.follow<Job>('job.watch')) if (job.id === id && job.state !== 'running') return job
  throw new Error('the host ended')
}

/** Undoes another host's job, and gives the undo's job at its end. */
export async function undoIn(host: HostProcess, { connectionId, job }: SlowJob): Promise<Job> {
  await host.call('connection.open', { connectionId })
  return endedIn(host, await host.call<Job>('recovery.undo', { connectionId, recordId: job.recordId }))
}
