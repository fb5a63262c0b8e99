import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { createWorkloadClient, type WorkloadTarget } from '../redis/workload-client'
import type { ConnectionProfile } from '../../shared/model/connection'
import { findServer } from './find-server'
import { startWorkload } from './live/workload'
import { sandboxProfiles } from './profiles'
import { allSeeds } from './seeds/all-seeds'
import { startServer } from './server-process'
import { seedServer } from './seed'
import { sweepStaleSandboxes } from './stale-sandboxes'

export interface SandboxOptions {
  /** Seeds only: no producers, no consumers, the same at every start. */
  readonly static: boolean
  readonly log: Logger
}

export interface Sandbox {
  /** To be saved as they are. */
  readonly connections: readonly { readonly profile: ConnectionProfile; readonly password: string }[]
  /** For journal, settings and backups; goes with the sandbox. */
  readonly dataDir: string
  /** Ends the workload and the server, and removes every file. Both end by themselves when this process does. */
  stop(): Promise<void>
}

/**
 * A real server of its own, filled with streams of every kind and trouble, and a live workload on it. Touches nothing but
 * its own server and directory. Throws NoServerError, whose message says what to install.
 */
export async function startSandbox({ static: still, log }: SandboxOptions): Promise<Sandbox> {
  const binary = findServer()
  const swept = sweepStaleSandboxes(tmpdir())
  if (swept.length > 0) log.info({ swept }, 'removed what earlier sandboxes left behind')
  const server = await startServer(binary, tmpdir())
  try {
    await fill(server.target, log)
    const workload = still ? null : await startWorkload(server.target, log)
    let stopping = false
    void server.ended.then(() => {
      if (!stopping) log.error('the sandbox server ended by itself')
      workload?.stop()
    })
    return {
      connections: sandboxProfiles(server.target).map((profile) => ({ profile, password: server.target.password })),
      dataDir: join(server.dir, 'data'),
      async stop() {
        stopping = true
        workload?.stop()
        await server.stop()
      },
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function fill(target: WorkloadTarget, log: Logger): Promise<void> {
  const client = createWorkloadClient(target, 'sluice-sandbox')
  await client.open()
  try {
    const missed = await seedServer(client, allSeeds)
    if (missed.length > 0) log.warn({ missed }, 'this server keeps no time for these consumers: they look just started')
  } finally {
    client.close()
  }
}
