import { z } from 'zod'
import { bytes } from '../bytes'
import { lag } from './group'

/** By how much time the past is kept: 10 s for 3 hours, a minute for 2 days, 10 minutes for 30 days. */
export const pastStep = z.union([z.literal(10_000), z.literal(60_000), z.literal(600_000)])
export type PastStep = z.infer<typeof pastStep>

/** A group at one step. Null: not known then. Times in ms since 1970 by the host's clock. */
export const pastGroup = z.object({
  name: bytes,
  pending: z.number(),
  lag: z.number().nullable(),
  lagKind: lag.shape.kind,
  entriesRead: z.number().nullable(),
  consumers: z.number().nullable(),
  /** Since when its oldest unread entry waits, `isLeast`: or for longer. */
  waits: z.union([z.literal('none'), z.object({ sinceMs: z.number(), isLeast: z.boolean() })]).nullable(),
  /** Those that hold most; what is left of the pending others hold. */
  holders: z
    .array(
      z.object({
        name: bytes,
        pending: z.number(),
        /** When it gave a sign of life. */
        seenMs: z.number().nullable(),
        /** When it got an entry (7.2+). */
        activeMs: z.number().nullable(),
      }),
    )
    .readonly(),
})
export type PastGroup = z.infer<typeof pastGroup>

/** A stream at one step: the last look in it, and when that was. Without figures where a gap begins. */
export const pastStream = z.object({
  atMs: z.number(),
  length: z.number().nullable(),
  /** Entries ever added. */
  added: z.number().nullable(),
  /** MEMORY USAGE, bytes. */
  memory: z.number().nullable(),
  /** Of which process of the server: another number after each start. */
  run: z.number().nullable(),
  groups: z.array(pastGroup).readonly(),
})
export type PastStream = z.infer<typeof pastStream>

/** The farthest back that anything is kept, ms. */
export const LONGEST_PAST_MS = 30 * 24 * 3_600_000
/** What was seen of a stream until now, which is a time of the host's clock as well. */
export const pastUntilNow = z.object({ nowMs: z.number(), steps: z.array(pastStream).readonly() })
export type PastUntilNow = z.infer<typeof pastUntilNow>
