import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { entryQuery } from './entry-query'

/** What a pending entry has to be like. What is absent is not asked for. */
export const criteria = z.object({
  /** Held by any of these. */
  consumers: z.array(bytes).min(1).max(1000).optional(),
  /** Last delivered at least so long ago, ms. */
  minIdleMs: z.int().min(0).optional(),
  minDeliveries: z.int().min(0).optional(),
  maxDeliveries: z.int().min(0).optional(),
  /** Both ends included. */
  from: entryId.optional(),
  to: entryId.optional(),
  /** Whether the entry is still in the stream. */
  presence: z.enum(['in stream', 'gone']).optional(),
  /** What is in the entry, as a search looks for it. Of one that is gone nobody can tell, and it is not taken. */
  query: entryQuery.optional(),
})
export type Criteria = z.infer<typeof criteria>

/** True when the entry itself has to be read to tell. */
export function asksForBody({ presence, query }: Criteria): boolean {
  return presence !== undefined || query !== undefined
}

/** Which pending entries: those ticked, all that one consumer holds, or all of the group that match. */
export const selection = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ids'),
    ids: z.array(entryId).min(1).max(10_000),
    /** Of these, only what was last delivered at least so long ago, ms. */
    minIdleMs: z.int().min(0).optional(),
  }),
  z.object({ kind: z.literal('consumer'), consumer: bytes }),
  z.object({ kind: z.literal('matching'), criteria }),
])
export type Selection = z.infer<typeof selection>
