import { z } from 'zod'
import { bytes } from '../bytes'

/** Of a finding's id, in which the names of stream and group stand. */
const findingId = z.string().min(1).max(8_192)
const DAY_MS = 86_400_000
/** For longer nobody should look away. */
export const MOST_SNOOZE_MS = 90 * DAY_MS

/** What is asked for: this finding is not told for so long. */
export const snoozeAsked = z.object({
  findingId,
  /** Its kind, and of which stream and group it is, to be listed by. */
  kind: z.string().min(1).max(64),
  key: bytes.nullable(),
  group: bytes.nullable(),
  reason: z.string().trim().min(1).max(500),
  forMs: z.int().min(60_000).max(MOST_SNOOZE_MS),
})
export type SnoozeAsked = z.infer<typeof snoozeAsked>

/** How bad the finding was then: once it is worse (`shared/judgement/finding-measure.ts`), it is told all the same. */
const measure = z.object({ rank: z.int(), figure: z.number() })

/**
 * One finding that is not told until then, ms since 1970 by the host's clock, and who wants it so; null: no name is known, or nobody
 * knew how bad it was.
 */
export const snooze = snoozeAsked.omit({ forMs: true }).extend({
  sinceMs: z.number(),
  untilMs: z.number(),
  by: z.string().nullable(),
  measure: measure.nullable().default(null),
})
export type Snooze = z.infer<typeof snooze>
