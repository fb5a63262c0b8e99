import { z } from 'zod'
import { bytes } from '../bytes'
import { count } from '../count'
import { entryId } from '../entry-id'
import { entry } from './entry'

/**
 * One pending entry: delivered to a consumer and not yet acked. `body` null: not asked for, or gone; `inStream`: whether
 * the entry still exists in the stream, null when not looked at.
 */
export const pendingEntry = z.object({
  id: entryId,
  consumer: bytes,
  /** Since it was last delivered, ms. */
  idleMs: z.number(),
  deliveries: count,
  inStream: z.boolean().nullable(),
  body: entry.nullable(),
})
export type PendingEntry = z.infer<typeof pendingEntry>

/**
 * `next`: the last id looked at, to go on after; null at the end of the list. `walked`: how many were looked at. `untold`: of so many of these
 * nobody could tell whether they are what is asked for, for they are too large: they are left out; absent: of none.
 */
export const pendingPage = z.object({
  entries: z.array(pendingEntry),
  next: entryId.nullable(),
  walked: z.int(),
  untold: z.int().optional(),
})
export type PendingPage = z.infer<typeof pendingPage>

/** The summary form of XPENDING, exactly as the server counts it. */
export const pendingSummary = z.object({
  total: z.int(),
  smallestId: entryId.nullable(),
  greatestId: entryId.nullable(),
  consumers: z.array(z.object({ name: bytes, pending: z.int() })),
})
export type PendingSummary = z.infer<typeof pendingSummary>

/** Counts of pending entries by idle time and by delivery count. Bucket i holds values in [from[i], from[i+1]). */
export const histogram = z.object({ from: z.array(z.number()), counts: z.array(z.int()) })
export const pendingHistogram = z.object({
  state: z.enum(['counting', 'done']),
  counted: z.int(),
  total: z.int(),
  idleMs: histogram,
  deliveries: histogram,
})
export type Histogram = z.infer<typeof histogram>
export type PendingHistogram = z.infer<typeof pendingHistogram>
