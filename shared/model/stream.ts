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
  lastGeneratedId: entryId,
  maxDeletedId: entryId.nullable(),
  entriesAdded: count.nullable(),
  /** MEMORY USAGE, an estimate by the server; null when not allowed. */
  memoryBytes: z.number().nullable(),
  radixTreeKeys: z.int().nullable(),
  radixTreeNodes: z.int().nullable(),
  /** PTTL; null: no expiry. */
  ttlMs: z.number().nullable(),
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
})
export type GroupSummary = z.infer<typeof groupSummary>

/** What the sidebar and the home screen show of a stream. `error` where it could not be read (gone, NOPERM…). */
export const streamSummary = z.object({
  key: bytes,
  length: z.int(),
  groups: z.array(groupSummary),
  /** Groups beyond those listed. */
  moreGroups: z.int(),
  lastId: entryId.nullable(),
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
