import { z } from 'zod'

export const refreshSeconds = z.union([
  z.literal(0),
  z.literal(1),
  z.literal(2),
  z.literal(5),
  z.literal(10),
  z.literal(30),
])

/** Kept in a file of the user's data directory. */
export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['compact', 'comfortable']),
  /** 0: off. */
  refreshSeconds,
  /** No sign of life for longer than this, with entries pending: stalled. */
  stalledAfterMs: z
    .int()
    .min(1_000)
    .max(7 * 86_400_000),
  /** Splits stream names into folders; empty: no folders. */
  delimiter: z.string().max(8),
})
export type Settings = z.infer<typeof settings>

export const defaultSettings: Settings = {
  theme: 'system',
  density: 'compact',
  refreshSeconds: 5,
  stalledAfterMs: 60_000,
  delimiter: ':',
}
