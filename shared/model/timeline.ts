import { z } from 'zod'

/** So many buckets are drawn at most. */
export const MOST_BUCKETS = 120

/** Entries whose ids lie in one stretch of time. `isSampled`: worked out from where some of them lie, about. */
export const timelineBucket = z.object({ count: z.number(), isSampled: z.boolean() })
export type TimelineBucket = z.infer<typeof timelineBucket>

/**
 * Entries by the times in their ids. `none`: nothing can be told: the stream (or this stretch of it) is `empty`, its ids are `no-times`,
 * or to count its `large` entries would mean to read them.
 */
export const timelineEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none'), why: z.enum(['empty', 'no-times', 'large']) }),
  z.object({
    kind: z.literal('counted'),
    /** Where the first bucket begins, ms since 1970 UTC; each is `stepMs` long. */
    fromMs: z.number(),
    stepMs: z.number(),
    buckets: z.array(timelineBucket).max(MOST_BUCKETS).readonly(),
    /** By the server's clock; null: it is not known. */
    nowMs: z.number().nullable(),
    /** XLEN when it began. */
    length: z.int(),
    /** There are entries before or behind whose ids are no times: they are in no bucket. */
    hasTimeless: z.boolean(),
    /** So many were counted one by one so far; null: it is not gone on with. */
    counting: z.int().nullable(),
  }),
])
export type TimelineEvent = z.infer<typeof timelineEvent>
export type Timeline = Extract<TimelineEvent, { readonly kind: 'counted' }>

/** Of the pending list how many entries lie in each bucket; `isLeast`: or more. */
export const pendingTimeline = z.object({
  buckets: z.array(z.object({ count: z.number(), isLeast: z.boolean() })).readonly(),
})
export type PendingTimeline = z.infer<typeof pendingTimeline>
