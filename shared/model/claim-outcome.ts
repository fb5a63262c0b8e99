import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'

/** What became of entries that were claimed, since: a change of owner alone is not their end. */
export const claimOutcome = z.object({
  /** Of all that were claimed, the first 200 are looked at. */
  watched: z.int(),
  more: z.int(),
  /** Not pending any more, of the same group and consumer, and in the stream. */
  acked: z.int(),
  /**
   * Not pending any more either, and who got them, or the group, is not there any more, or was made anew: acked before, or lost with it
   * (XGROUP DELCONSUMER, DESTROY).
   */
  removed: z.int(),
  /** Not pending any more, and not in the stream: deleted once they were acked, or before, and then dropped by another claim. */
  gone: z.int(),
  /** Delivered again since, or with another consumer. */
  taken: z.int(),
  /** As the claim left them. */
  held: z.array(entryId),
  /** The one consumer that got them; null: several. */
  to: bytes.nullable(),
  /** Who holds them got other entries since, and touched none of these. */
  readsPast: z.boolean(),
})
export type ClaimOutcome = z.infer<typeof claimOutcome>

/**
 * What was seen of the last claim in a group. `taken`: who got the entries, or another consumer, acked them or was given them again, or, once
 * they were left, they went; `left`: who got them was given new entries since, and touched none of these.
 */
export const claimSeen = z.object({
  end: z.enum(['taken', 'left']),
  /** When it was seen, by the host's clock, ms since 1970. */
  at: z.number(),
})
export type ClaimSeen = z.infer<typeof claimSeen>
