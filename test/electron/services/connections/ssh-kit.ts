import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionTimings } from '../../../../electron/redis/connect-options'
import { createConnections, type Connections } from '../../../../electron/services/connections/connections'
import { createMemorySecrets } from '../../../../electron/services/connections/secrets'
import { isAppError } from '../../../../shared/error'
import type { AppErrorData, AppErrorInfo } from '../../../../shared/error-data'
import type { ConnectionProfile, SecretPurpose, SshHop, SshTunnel } from '../../../../shared/model/connection'
import { createMemoryLog } from '../../../helpers/memory-log'

export type TypedSecrets = Partial<Record<SecretPurpose, string>>

/** A Sluice of its own, that knows no SSH server yet. */
export interface SshWorld {
  readonly connections: Connections
  readonly dataDir: string
  /** OpenSSH's known_hosts; not there at first. */
  readonly knownHosts: string
  readonly log: () => string
  /** Saves and opens. Rejects as opening does. */
  open(profile: ConnectionProfile, secrets?: TypedSecrets): Promise<string>
  /** Why it can't be opened. */
  refusal(profile: ConnectionProfile, secrets?: TypedSecrets): Promise<AppErrorData<'UNREACHABLE'>>
  /** The first error that its status shows from now on. */
  trouble(id: string): Promise<AppErrorInfo>
  /** As a person who is asked and says yes, of each host on the way. */
  trustAndOpen(profile: ConnectionProfile, secrets?: TypedSecrets): Promise<string>
  close(): void
}

export async function createSshWorld(more: ConnectionTimings = {}): Promise<SshWorld> {
  const memory = createMemoryLog()
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-ssh-'))
  const knownHosts = join(dataDir, 'openssh-known-hosts')
  const timings = { connectTimeoutMs: 4_000, commandTimeoutMs: 4_000, reconnectMs: 20, ...more }
  const connections = await createConnections({
    ...{ dataDir, secrets: createMemorySecrets(), log: memory.log, timings, sshKnownHosts: knownHosts },
  })
  const save = async (profile: ConnectionProfile, secrets: TypedSecrets = {}) =>
    (await connections.save({ profile, secrets })).id
  const open = async (profile: ConnectionProfile, secrets?: TypedSecrets): Promise<string> => {
    const id = await save(profile, secrets)
    await connections.open(id)
    return id
  }
  return {
    ...{ connections, dataDir, knownHosts, open, log: memory.text },
    async refusal(profile, secrets) {
      const error: unknown = await open(profile, secrets).then(
        () => null,
        (reason: unknown) => reason,
      )
      if (isAppError(error, 'UNREACHABLE')) return error.data
      throw error instanceof Error ? error : new Error('it opens')
    },
    async trouble(id) {
      for await (const { error } of connections.states(id)) if (error) return error
      throw new Error('there was none')
    },
    async trustAndOpen(profile, secrets) {
      const id = await save(profile, secrets)
      for (;;) {
        try {
          await connections.open(id)
          return id
        } catch (error) {
          if (!isAppError(error, 'UNREACHABLE') || !error.data.hostKey) throw error
          await connections.acceptHostKey(error.data.hostKey)
        }
      }
    },
    close() {
      connections.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export function tunnel(hop: SshHop, jump: SshHop | null = null): SshTunnel {
  return { ...hop, jump }
}
