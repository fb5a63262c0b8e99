import { z } from 'zod'
import { role } from './role'
import { who } from './who'

/** Where secrets of saved connections are kept. `no-key-ring`: in memory, since the system offers no encryption. */
export const secretsKept = z.enum(['memory', 'no-key-ring', 'key-ring', 'passphrase'])
export type SecretsKept = z.infer<typeof secretsKept>

/** What serves the page. */
export const hostInfo = z.object({
  kind: z.enum(['desktop', 'web']),
  version: z.string(),
  /** True when it runs on its own throwaway server. */
  sandbox: z.boolean(),
  /** Where connections, settings, journal and backups are kept. Made when missing, for this user only. */
  dataDir: z.string(),
  /** Where settings and connections are. */
  configDir: z.string(),
  secretsKept,
  /** The connection that is opened by itself, since whoever started this named it; null: none. */
  opens: z.string().nullable(),
  /** It changes nothing, on any connection. */
  readOnly: z.boolean(),
})
export type HostInfo = z.infer<typeof hostInfo>

/** What serves the page, and who it takes you for. */
export const hostGreeting = hostInfo.extend({ you: z.object({ who, role }) })
