import { z } from 'zod'
import { bytes } from '../bytes'
import { count } from '../count'
import { entryId } from '../entry-id'
import { lag } from './group'
import { message } from './message'

/** What can be done to a group itself. `$`: after the last entry that was ever added. */
export const groupChange = z.discriminatedUnion('kind', [
  /**
   * XGROUP DELCONSUMER, of a consumer that holds nothing. `ifMadeHere`: only one that is there by our own claim, as the journal
   * proves, and has given no sign of life since.
   */
  z.object({ kind: z.literal('remove consumer'), consumer: bytes, ifMadeHere: z.literal(true).optional() }),
  /**
   * XGROUP SETID: the group reads on after `to`. `countRead`: with ENTRIESREAD (7.0+), where that can be counted.
   * `readsOn`: back also over what the group reads until then, which is delivered once more as well.
   */
  z.object({
    kind: z.literal('set id'),
    to: z.union([z.literal('$'), entryId]),
    countRead: z.boolean().optional(),
    readsOn: z.boolean().optional(),
  }),
  /** XGROUP DESTROY, once its pending entries were acked in batches. */
  z.object({ kind: z.literal('destroy group') }),
  /**
   * XCLAIM FORCE, of entries that the group was given and that nobody holds: those that a consumer was removed with, or that
   * were acked and should not have been. Redis does not tell the two apart.
   */
  z.object({ kind: z.literal('make pending'), consumer: bytes, ids: z.array(entryId).min(1).max(500) }),
])
export type GroupChange = z.infer<typeof groupChange>

/** Where a group stands. */
export const groupStanding = z.object({
  lastDeliveredId: entryId,
  /** As of a group: the stream's last generated id, where it stands beyond that. */
  beyondEnd: entryId.nullable(),
  entriesRead: count.nullable(),
  lag,
  pending: z.int(),
  consumers: z.int(),
})
export type GroupStanding = z.infer<typeof groupStanding>

/** Made by reading only. `after` null: there is no such group any more. */
export const groupChangePlan = z.object({
  id: z.string(),
  connectionId: z.string(),
  key: bytes,
  group: bytes,
  change: groupChange,
  before: groupStanding,
  after: groupStanding.nullable(),
  /** Entries that would be delivered once more, to whoever reads next; how many, as a lag is told. */
  delivers: lag,
  /** Entries that would never be delivered to this group. */
  skips: lag,
  /**
   * Of entries that are made pending, by what was asked for: how many would be, and how many not, since they are pending, were
   * not delivered yet, or are not in the stream. The `change` has but those that would be.
   */
  made: z.object({ entries: z.int(), pending: z.int(), unread: z.int(), gone: z.int() }).optional(),
  /**
   * Of a group that is destroyed: how many of its pending entries are gone from the stream, so that no undo makes them pending
   * again; null: only the run will tell.
   */
  gone: z.int().nullable().optional(),
  /**
   * Of a group that is destroyed: so many pending entries it acks at the most. More than there were when it was planned, for a
   * group that reads meanwhile.
   */
  acks: z.int().optional(),
  /** Why it can't be done as things are; null when it can. */
  blocked: message.nullable(),
  undo: z.object({ possible: z.boolean(), note: message }),
  commands: z.array(z.string()),
})
export type GroupChangePlan = z.infer<typeof groupChangePlan>
