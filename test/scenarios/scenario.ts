import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import type { ContractRouterClient } from '@orpc/contract'
import { createWorkloadClient } from '../../electron/redis/workload-client'
import type { SeedMaker } from '../../electron/sandbox/seeds/lines'
import { seedServer } from '../../electron/sandbox/seed'
import type { Contract } from '../../shared/contract/index'
import type { ConnectionStatus } from '../../shared/model/connection'
import type { Job } from '../../shared/model/job'
import type { RecoveryAction } from '../../shared/model/recovery-action'
import type { Selection } from '../../shared/model/selection'
import { startRedis } from '../helpers/redis-server'
import { createTestBackend } from '../helpers/test-backend'
import { transports } from '../helpers/transports'

export type Client = ContractRouterClient<Contract>

/** What one of the five systems has left behind, and Sluice open on it. */
export interface Scenario {
  /** Sluice, as its page drives it. */
  readonly sluice: Client
  readonly connectionId: string
  readonly status: ConnectionStatus
  /** The system itself, and whoever else is on the server: a connection that Sluice knows nothing of. */
  readonly direct: Redis
  /** Plans the action, runs it, and gives the job at its end. */
  recover(key: string, group: string, selection: Selection, action: RecoveryAction): Promise<Job>
  /** Follows a job that was started to its end. */
  finished(job: Job): Promise<Job>
  stop(): Promise<void>
}

export async function openScenario(...seeds: readonly SeedMaker[]): Promise<Scenario> {
  const redis = await startRedis({ config: ['rdbcompression no'] })
  const workload = createWorkloadClient({ host: redis.host, port: redis.port, password: '' }, 'scenario')
  await workload.open()
  await seedServer(workload, seeds)
  workload.close()

  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-scenario-'))
  const backend = await createTestBackend(dataDir)
  const [direct] = transports
  if (!direct) throw new Error('no way to call the router')
  const { client: sluice } = await direct.connect(backend.router)
  const { id: connectionId } = await sluice.connection.save({
    profile: redis.connection(),
    secrets: { password: null },
  })
  const status = await sluice.connection.open({ connectionId })

  const finished = async (job: Job): Promise<Job> => {
    for await (const update of await sluice.job.watch()) {
      if (update.id === job.id && update.state !== 'running') return update
    }
    throw new Error('the job was never heard of again')
  }
  return {
    sluice,
    connectionId,
    status,
    direct: redis.client(),
    finished,
    async recover(key, group, selection, action) {
      const plan = await sluice.recovery.plan({ connectionId, key, group, selection, action })
      return finished(await sluice.recovery.run({ connectionId, planId: plan.id }))
    },
    async stop() {
      await backend.close()
      await redis.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
