import { z } from 'zod'

/** What serves the page. */
export const hostInfo = z.object({
  kind: z.enum(['desktop', 'web']),
  version: z.string(),
  /** True when it runs on its own throwaway server. */
  sandbox: z.boolean(),
  /** Where connections, settings, journal and backups are kept. Made when missing, for this user only. */
  dataDir: z.string(),
  /** The connection that is opened by itself, since whoever started this named it; null: none. */
  opens: z.string().nullable(),
})
export type HostInfo = z.infer<typeof hostInfo>
