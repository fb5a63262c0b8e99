import { z } from 'zod'
import { role } from './role'
import { who } from './who'

/** A browser that is logged in at the web host. `id` tells it from others, and opens nothing. Times are of the host's clock, ms. */
export const hostSession = z.object({
  id: z.string(),
  who,
  role,
  sinceMs: z.number(),
  /** A page that is open uses it now and then by itself. */
  usedAtMs: z.number(),
  /** From where it was used last; empty: not known. */
  address: z.string(),
  /** How many pages are open by it. */
  pages: z.int(),
  /** It is the one that asks. */
  isYours: z.boolean(),
})
export type HostSession = z.infer<typeof hostSession>
