import type { Logger } from 'pino'
import packageJson from '../../package.json'
import { createBackend, type Backend } from '../api/backend'
import type { BackendOptions } from '../api/backend-options'
import { NO_SESSIONS, type HostSessions } from '../api/host-sessions'
import type { Notify } from '../services/alerts/send'
import type { OpenFile } from '../services/export/open-file'
import type { TakeFile } from '../services/backup/given-file'
import type { SaveFile } from '../services/inspection/save-file'
import { startSandbox } from '../sandbox/start-sandbox'
import { together, usualDirs } from './data-dir'
import { moveSettings } from './move-settings'
import { namedConnection } from './named-connection'
import type { Given } from './outside/given'
import { withGuardsOf } from './outside/known-guards'
import { createGivenSecrets } from './outside/given-secrets'
import type { SecretsStore } from './secrets-store'
import { alertHooksOf } from './webhook/owner-file'

export const APP_VERSION: string = packageJson.version

export interface HostBackendOptions {
  readonly kind: 'desktop' | 'web'
  /** Null: the user's own connections. Otherwise a throwaway server; `static` leaves out its live workload. */
  readonly sandbox: { readonly static: boolean } | null
  /** Null: the usual place. The sandbox has its own. */
  readonly dataDir: string | null
  /** It changes nothing, on any connection. */
  readonly readOnly?: boolean
  /** The name or id of a saved or given connection, which is opened by itself; null: the one that was given for that. */
  readonly opens?: string | null
  /** Connections from outside; a sandbox has none. */
  readonly given: Given
  /** Where passwords are kept; a sandbox's stay in memory. */
  readonly secrets: SecretsStore
  readonly log: Logger
  /** Of whatever serves the pages. */
  readonly sessions?: HostSessions
  readonly saveFile: SaveFile
  /** Of `BackendOptions`. */
  readonly openFile?: OpenFile
  /** Of `BackendOptions`. */
  readonly takeFile?: TakeFile
  /** Of `BackendOptions`. */
  readonly pageUrl?: string | null
  /** Of `BackendOptions`. */
  readonly notify?: Notify | null
  /** Of `BackendOptions`. */
  readonly decoderFile: string
  /** See `BackendOptions`. */
  readonly walkFrom?: 'opened' | 'followed'
  /** See `BackendOptions`. */
  readonly door?: BackendOptions['door']
}

export interface HostBackend extends Pick<Backend, 'router' | 'measured' | 'close'> {
  readonly dataDir: string
}

/** Starts what a host serves: the backend, and the sandbox before it where one is asked for. */
export async function openHostBackend(options: HostBackendOptions): Promise<HostBackend> {
  const { kind, log, saveFile, openFile, takeFile, decoderFile, given, readOnly = false } = options
  const { sessions = NO_SESSIONS, walkFrom = 'opened', pageUrl = null, notify = null } = options
  const common = {
    notify,
    pageUrl,
    kind,
    log,
    saveFile,
    openFile,
    takeFile,
    decoderFile,
    readOnly,
    sessions,
    walkFrom,
    door: options.door ?? kind,
    version: APP_VERSION,
  }
  if (options.sandbox === null) {
    const moved = await moveSettings(options.dataDir === null ? usualDirs() : together(options.dataDir), log)
    const { data: dir, config: configDir } = moved.dirs
    const secrets = createGivenSecrets(given.connections, await options.secrets.open(dir, log))
    const told = { opens: given.opens, secretsKept: options.secrets.kept }
    // Of those that stay: a command line tells nothing.
    const sends = walkFrom === 'opened' ? await alertHooksOf(configDir) : {}
    const own = { ...common, ...told, ...sends, secrets, sandbox: false, dataDir: dir, configDir }
    const backend = await createBackend(own)
    const close = (): Promise<void> => backend.close().finally(() => moved.close())
    const saved = await backend.connections()
    for (const { id, profile, by } of given.connections) backend.giveConnection(id, withGuardsOf(saved, profile), by)
    try {
      if (options.opens) backend.opensFirst(namedConnection(await backend.connections(), options.opens).id)
    } catch (error) {
      await close()
      throw error
    }
    return { ...backend, dataDir: dir, close }
  }

  const sandbox = await startSandbox({ static: options.sandbox.static, log })
  try {
    const hooks = await alertHooksOf(sandbox.dataDir)
    const backend = await createBackend({ ...common, ...hooks, sandbox: true, dataDir: sandbox.dataDir })
    for (const { profile, password } of sandbox.connections) await backend.addConnection(profile, password)
    return {
      ...backend,
      dataDir: sandbox.dataDir,
      async close() {
        try {
          await backend.close()
        } finally {
          await sandbox.stop()
        }
      },
    }
  } catch (error) {
    await sandbox.stop()
    throw error
  }
}
