import { z } from 'zod'

const amount = z.object({ files: z.int(), bytes: z.int() })

/** What lies in the data directory of what was saved before it was removed or overwritten: entries and hashes. */
export const savedUsage = amount.extend({
  /** When it was read, by the host's clock, ms since 1970. */
  at: z.number(),
  /** When the oldest was last written to, ms since 1970; null: there is none. */
  oldestAt: z.number().nullable(),
  /** Of these, what an undo that is still offered needs, or a job that runs. */
  needed: amount,
})
export type SavedUsage = z.infer<typeof savedUsage>

export const removedBackups = amount
export type RemovedBackups = z.infer<typeof removedBackups>
