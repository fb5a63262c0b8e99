import type { Logger } from 'pino'

export interface BackendOptions {
  readonly kind: 'desktop' | 'web'
  readonly version: string
  /** Where connections, settings, journal and backups are kept. Made when missing, for this user only. */
  readonly dataDir: string
  readonly sandbox: boolean
  readonly log: Logger
}
