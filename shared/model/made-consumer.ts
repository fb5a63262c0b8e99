import { z } from 'zod'
import { bytes } from '../bytes'

/**
 * A consumer that was not there until it was given entries from here: XCLAIM makes it, and no undo takes it away with them.
 * How it stands, or would stand after an undo.
 */
export const madeConsumer = z.object({
  name: bytes,
  /** Entries that it holds. */
  pending: z.int(),
  /** Whether it has given a sign of life that was none of Sluice's doing. */
  used: z.enum(['yes', 'no', 'unknown']),
  /** Nobody's by all that is known, and empty: it may be removed in one click, which looks once more. */
  removable: z.boolean(),
})
export type MadeConsumerStanding = z.infer<typeof madeConsumer>
