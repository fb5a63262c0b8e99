import { z } from 'zod'
import { bytes } from '../bytes'
import { count } from '../count'
import { entryId } from '../entry-id'

/** A consumer that fell silent while it held entries, and did not come back. */
export const fallen = z.object({
  consumer: bytes,
  /** Its last sign of life, ms since 1970 by the server's clock. */
  silentSinceMs: z.number(),
  /** How many it held when it was found silent. */
  held: z.int(),
  /** It was watched before: else some may have been taken from it already. */
  wasWatched: z.boolean(),
  /** The first of those by id, 100 at most, that were delivered to it before; null: not read yet. */
  entries: z
    .array(z.object({ id: entryId, deliveries: count }))
    .readonly()
    .nullable(),
  /** When these were read, as above. */
  entriesAtMs: z.number().nullable(),
})
export type Fallen = z.infer<typeof fallen>

/** An entry that several consumers held which gave no sign of life since, and that is pending still. What is the matter with them is not known. */
export const suspect = z.object({
  id: entryId,
  deliveries: count,
  /** Who fell silent with it, the latest first. */
  consumers: z.array(bytes).readonly(),
})
export type Suspect = z.infer<typeof suspect>

/** What was seen of a group since it is watched, the latest first. */
export const lastWords = z.object({ fallen: z.array(fallen).readonly(), suspects: z.array(suspect).readonly() })
export type LastWords = z.infer<typeof lastWords>
