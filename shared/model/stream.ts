import { z } from 'zod'
import { bytes } from '../bytes'
import { count } from '../count'
import { entryId } from '../entry-id'
import { appErrorInfo } from '../error-data'
import { group } from './group'

/** XINFO STREAM. Null: the server doesn't tell (before 7.0), or there is no such entry. */
export const stream = z.object({
  key: bytes,
  length: z.int(),
  groups: z.int(),
  firstId: entryId.nullable(),
  lastId: entryId.nullable(),
  lastGeneratedId: entryId.nullable(),
  maxDeletedId: entryId.nullable(),
  entriesAdded: count.nullable(),
  /** MEMORY USAGE, an estimate by the server; null when not allowed. */
  memoryBytes: z.number().nullable(),
  radixTreeKeys: z.int().nullable(),
  radixTreeNodes: z.int().nullable(),
  /** PTTL; null: no expiry. Unknown: not told. */
  ttlMs: z.union([z.number(), z.literal('unknown')]).nullable(),
  /** Its entries are large on average: none of them is touched, so its ends and counters are not known. */
  large: z.boolean(),
})
export type Stream = z.infer<typeof stream>

/** A group in the summary of its stream, with its consumers by health. Counted only when something is pending. */
export const groupSummary = group.extend({
  active: z.int().nullable(),
  stalled: z.int().nullable(),
  /** Pending entries held by stalled consumers. */
  stalledPending: z.int().nullable(),
  /** The stalled consumer that holds most, and since when it gave no sign of life. */
  worst: z.object({ name: bytes, pending: z.int(), idleMs: z.number() }).nullable(),
  /** Consumers that give signs of life and do not touch what they hold. */
  stuck: z.int().nullable(),
  stuckPending: z.int().nullable(),
  /** The one of them that holds most, and since when its first pending entry has not been delivered. */
  worstStuck: z.object({ name: bytes, pending: z.int(), idleMs: z.number() }).nullable(),
  /**
   * The active one that holds most, of what all of them held then, and since when one of its first entries was not delivered again;
   * null: none is active, or not known.
   */
  most: z
    .object({ name: bytes, pending: z.int(), ofPending: z.int(), oldestIdleMs: z.number().nullable() })
    .nullable()
    .optional(),
  /** Consumers that were seen lately, whatever they hold; null: not counted, as nothing waits and they are few. */
  alive: z.int().nullable().optional(),
  /** Consumers that hold nothing and were not seen for long (`spareAfterMs`); null as above. */
  spare: z.int().nullable().optional(),
  /**
   * How long that one of its pending entries has not been delivered that was not for the longest, ms, of those that were looked at: the
   * first 200 (8 by commands), and what was met behind. Null: nothing is pending, or none was looked at.
   */
  oldestIdleMs: z.number().nullable(),
  /** How often that pending entry was delivered that was so most often; null: as above, or there are more than a look tells of. */
  mostDeliveries: count.nullable(),
  /** The first entry that was not delivered to it, null where there is none; null: was not looked for. */
  unread: z.object({ firstId: entryId.nullable() }).nullable(),
})
export type GroupSummary = z.infer<typeof groupSummary>

/** Where a stream begins, and up to where entries were deleted by id, as in XINFO STREAM; null: not told, or none. */
const streamEnds = z.object({ firstId: entryId.nullable(), maxDeletedId: entryId.nullable() })

/** What the sidebar and the home screen show of a stream. `error` where it could not be read (gone, NOPERM…). */
export const streamSummary = z.object({
  key: bytes,
  length: z.int(),
  groups: z.array(groupSummary),
  /** Groups beyond those listed. */
  moreGroups: z.int(),
  lastId: entryId.nullable(),
  /** Null: not told, as before 7.0, or of one that is large. */
  entriesAdded: count.nullable(),
  /** MEMORY USAGE, an estimate by the server; null where not allowed. */
  memoryBytes: z.number().nullable(),
  /** Null: its entries are large, or it could not be looked at. */
  ends: streamEnds.nullable().optional(),
  /** Server time at which it was read, ms since 1970; null where it could not be. */
  atMs: z.number().nullable(),
  /** Its entries are large on average: no look touches them, so its ends are not known. */
  large: z.boolean(),
  error: appErrorInfo.nullable(),
})
export type StreamSummary = z.infer<typeof streamSummary>

/** Progress of a search for streams. `keys` are the streams found since the last event. `total` is DBSIZE, a guide only. */
export const discoveryEvent = z.object({
  state: z.enum(['scanning', 'done', 'stopped', 'failed']),
  scanned: z.int(),
  total: z.int().nullable(),
  found: z.int(),
  keys: z.array(bytes),
  error: appErrorInfo.nullable(),
})
export type DiscoveryEvent = z.infer<typeof discoveryEvent>
