import type { Logger } from 'pino'
import packageJson from '../../package.json'
import { createBackend, type Backend } from '../api/backend'
import type { Secrets } from '../services/connections/secrets'
import type { SaveFile } from '../services/inspection/save-file'
import { startSandbox } from '../sandbox/start-sandbox'
import { dataDir } from './data-dir'

export const APP_VERSION: string = packageJson.version

export interface HostBackendOptions {
  readonly kind: 'desktop' | 'web'
  /** Null: the user's own connections. Otherwise a throwaway server; `static` leaves out its live workload. */
  readonly sandbox: { readonly static: boolean } | null
  /** Null: the usual place. The sandbox has its own. */
  readonly dataDir: string | null
  /** Where passwords are kept. */
  readonly secrets: Secrets
  readonly log: Logger
  readonly saveFile: SaveFile
}

export type HostBackend = Pick<Backend, 'router' | 'close'>

/** Starts what a host serves: the backend, and the sandbox before it where one is asked for. */
export async function openHostBackend(options: HostBackendOptions): Promise<HostBackend> {
  const { kind, log, secrets, saveFile } = options
  const common = { kind, log, secrets, saveFile, version: APP_VERSION }
  if (options.sandbox === null) {
    return createBackend({ ...common, sandbox: false, dataDir: options.dataDir ?? dataDir() })
  }

  const sandbox = await startSandbox({ static: options.sandbox.static, log })
  try {
    const backend = await createBackend({ ...common, sandbox: true, dataDir: sandbox.dataDir })
    for (const { profile, password } of sandbox.connections) await backend.addConnection(profile, password)
    return { router: backend.router, close: () => backend.close().finally(() => sandbox.stop()) }
  } catch (error) {
    await sandbox.stop()
    throw error
  }
}
