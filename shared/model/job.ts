import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { appErrorInfo } from '../error-data'
import { jobKinds } from './kinds'
import { madeConsumer } from './made-consumer'
import { message } from './message'
import { sweepTag } from './sweep-tag'

export const jobState = z.enum([
  'running',
  'done',
  'cancelled', // between two batches, by the user
  'interrupted', // the connection was lost; what was in flight was read again, the rest not begun
  'failed', // the server refused
])
export type JobState = z.infer<typeof jobState>

/** What became of the entries. Only what the server confirmed, or what was read back afterwards. */
export const jobCounts = z.object({
  /** Claimed, acked, removed or given back. */
  changed: z.int(),
  /** Moved, delivered again or acked by someone else meanwhile, and left alone. */
  leftAlone: z.int(),
  /** No longer in the stream, and left out. */
  gone: z.int(),
  /** No longer in the stream, and dropped from the pending list by Redis. */
  dropped: z.int(),
  /** Sent, without a reply, and not to be found out by reading. */
  unknown: z.int(),
  /** Beside those above, where a kind has it: entries whose fields are in a hash, acked or not. */
  written: z.int().optional(),
  /** Of an ack and deletion: acked, and still in the stream. */
  kept: z.int().optional(),
  /** Likewise: acked, and gone from the stream before, so that it was not deleted by it. */
  wasGone: z.int().optional(),
  /** Of an undo: hashes that hold again what they held, and such that others changed since. */
  hashesBack: z.int().optional(),
  hashesLeft: z.int().optional(),
})
export type JobCounts = z.infer<typeof jobCounts>

/** An entry that the server refused, with its reason. */
export const jobFailure = z.object({ id: entryId, reason: message })
export type JobFailure = z.infer<typeof jobFailure>

/** What of an action stays as it made it though it was undone. */
export const jobRemains = z.object({
  /** Consumers that were made from here by giving them entries. */
  consumers: z.array(madeConsumer),
  /** Entries that the action dropped from the pending list, since they were gone from the stream. */
  dropped: z.int(),
})
export type JobRemains = z.infer<typeof jobRemains>

/** How fast a job may go. */
export const jobThrottle = z.object({
  paused: z.boolean(),
  /** Entries per second at most; null: as fast as the server bears it. */
  perSecond: z.int().min(1).nullable(),
  /** Why it rests between batches right now, by itself. */
  heldBackBy: z.enum(['latency', 'replica lag']).nullable(),
})
export type JobThrottle = z.infer<typeof jobThrottle>

export const job = z.object({
  id: z.string(),
  kind: z.enum(jobKinds),
  connectionId: z.string(),
  key: bytes,
  group: bytes.nullable(),
  /** The target consumer of a claim. */
  to: bytes.nullable(),
  state: jobState,
  /** Entries dealt with, of how many; the total may be an estimate while the job runs. */
  done: z.int(),
  total: z.int(),
  counts: jobCounts,
  throttle: jobThrottle,
  /** Groups that need what was kept, or some of it; absent: not looked up. */
  keptFor: z.array(bytes).optional(),
  /** The first thousand that the server refused. */
  failures: z.array(jobFailure),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  error: appErrorInfo.nullable(),
  /** Where the journal has it. */
  recordId: z.string(),
  undoable: z.boolean(),
  /** The rule that began it; absent: a person did. */
  rule: z.string().optional(),
  /**
   * Of one that does the same in many groups: `key` and `group` are those that it is at, and `recordId` is the sweep's id, by which
   * the journal has a record for each. `ended`: groups that it is through with. `failures`: of those that `failed` the first.
   */
  sweep: sweepTag
    .extend({
      ended: z.int(),
      failed: z.int(),
      failures: z.array(z.object({ key: bytes, group: bytes, error: appErrorInfo })).readonly(),
    })
    .optional(),
  /** Of an undo of a change of a group: what it takes back. */
  undoes: z.enum(jobKinds).optional(),
  /** Of an undo that came to its end; absent: nothing. */
  remains: jobRemains.optional(),
})
export type Job = z.infer<typeof job>
