import { z } from 'zod'
import { bytes } from '../bytes'
import { count } from '../count'
import { entryId } from '../entry-id'

/**
 * How many entries the group has yet to be delivered. `exact`: proved from the ids or counted; `reported`: the server's
 * own figure, which Redis 7 can get wrong after a trim; `atLeast`: counted up to a bound; `estimate`: from id times, and
 * proved to be at most twice off;
 * `unknown`: Redis can't tell (value null), which is not 0.
 */
export const lag = z.object({
  value: count.nullable(),
  kind: z.enum(['exact', 'reported', 'atLeast', 'estimate', 'unknown']),
  /** More it can't be; absent where it is exact, or nothing tells. */
  atMost: count.optional(),
})
export type Lag = z.infer<typeof lag>

/** XINFO GROUPS, with the summary of XPENDING. Null: the server doesn't tell. */
export const group = z.object({
  name: bytes,
  consumers: z.int(),
  pending: z.int(),
  lastDeliveredId: entryId,
  /** The stream's last generated id, where the group stands beyond it; null: it doesn't, or that is not known. */
  beyondEnd: entryId.nullable(),
  entriesRead: count.nullable(),
  lag,
  /** The smallest pending id; null when nothing is pending. */
  oldestPendingId: entryId.nullable(),
})
export type Group = z.infer<typeof group>

/** See `shared/judgement/consumer-health.ts` for what the words mean. */
export const consumerHealth = z.enum(['active', 'idle', 'stalled', 'stuck'])
export type ConsumerHealth = z.infer<typeof consumerHealth>

/** XINFO CONSUMERS. `idleMs`: since its last attempt (7.2+) or last command; `inactiveMs`: since it last got an entry (7.2+); `oldestIdleMs`: since one of its first ten pending entries was last delivered at the most (XPENDING), null where that was not looked at. */
export const consumer = z.object({
  name: bytes,
  pending: z.int(),
  idleMs: z.number(),
  inactiveMs: z.number().nullable(),
  oldestIdleMs: z.number().nullable(),
  health: consumerHealth,
  /** Entries were moved away from it, or it was made anew, from here, and it was not seen since: never chosen by itself. Absent: no. */
  emptied: z.boolean().optional(),
})
export type Consumer = z.infer<typeof consumer>
