import type { Logger } from 'pino'
import type { ConnectionProfile } from '../../shared/model/connection'
import { createConnections } from '../services/connections/connections'
import { createDiscovery } from '../services/monitoring/discovery'
import { createEntryDeletion } from '../services/entry-deletion/entry-deletion'
import { createGroupChanges } from '../services/group-change/group-changes'
import { openJournal } from '../services/journal/journal'
import { createJobs } from '../services/jobs/jobs'
import { createRecovery } from '../services/recovery/recovery'
import { createRedriving } from '../services/redrive/redriving'
import { createRestore } from '../services/restore/restore'
import { createSampler } from '../services/monitoring/sampler'
import { createMemorySecrets } from '../services/connections/secrets'
import { measureLoad } from '../services/jobs/server-load'
import { createSettings } from '../services/settings'
import { createTrimming } from '../services/trim/trimming'
import { createUndoing } from '../services/undoing'
import { createBase } from './base'
import { createGuard } from './guard'
import { createHandlers } from './handlers'

export interface BackendOptions {
  readonly kind: 'desktop' | 'web'
  readonly version: string
  /** Where connections, settings, journal and backups are kept. Made when missing, for this user only. */
  readonly dataDir: string
  readonly sandbox: boolean
  readonly log: Logger
}

export interface Backend {
  /** What both hosts serve. */
  readonly router: ReturnType<typeof createHandlers>
  /** A connection for this session only, as the sandbox's. */
  addConnection(profile: ConnectionProfile, password: string | null): void
  /** Ends jobs between two batches, and closes everything. */
  close(): Promise<void>
}

/** Makes every service and wires them, here and nowhere else. */
export async function createBackend({ kind, version, dataDir, sandbox, log }: BackendOptions): Promise<Backend> {
  const secrets = createMemorySecrets()
  const connections = createConnections({ dataDir, secrets, log })
  const settings = createSettings({ dataDir, log })
  const journal = await openJournal(dataDir)
  const jobs = createJobs(log, (connectionId) => measureLoad(connections.client(connectionId)))
  const client = connections.client
  const reader = connections.reader
  const server = connections.server
  const discovery = createDiscovery({ client, server, log })
  const sampler = createSampler({ reader, log })
  const stalledAfterMs = (): number => settings.get().stalledAfterMs
  const whenReady = connections.whenReady
  const recovery = createRecovery({ journal, jobs, dataDir, reader, server, stalledAfterMs, whenReady })
  const groupChanges = createGroupChanges({ journal, jobs, reader, server, whenReady })
  const restoring = createRestore({ journal, jobs, dataDir, reader, server, whenReady })
  const undoing = createUndoing(journal, recovery, groupChanges, restoring, connections)
  const trimming = createTrimming({ jobs, dataDir, reader, server, whenReady })
  const entryDeletion = createEntryDeletion({ jobs, dataDir, reader, server, whenReady })
  const redriving = createRedriving({ jobs, reader, server, whenReady })
  const base = createBase(createGuard(connections, journal, log, discovery.look), log)
  const host = { kind, version, dataDir, sandbox }
  const services = {
    host,
    connections,
    settings,
    discovery,
    sampler,
    jobs,
    journal,
    recovery,
    groupChanges,
    restoring,
    undoing,
    trimming,
    entryDeletion,
    redriving,
    log,
  }

  return {
    router: createHandlers(base, services),
    addConnection(profile, password) {
      connections.add(profile, password)
    },
    async close() {
      await jobs.close()
      discovery.close()
      sampler.close()
      connections.close()
      await journal.close()
    },
  }
}
