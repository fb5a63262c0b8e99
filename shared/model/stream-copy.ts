import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { doubts } from './doubts'
import { entriesChoice } from './export'
import { message } from './message'

/**
 * How soon one copy follows another. `fast`: as the servers bear it. `spaced`: by the times in the ids of what is copied, so many times as
 * fast; `maxGapMs`: no longer than that between two copies, whatever the ids say.
 */
export const copyPace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fast') }),
  z.object({
    kind: z.literal('spaced'),
    times: z.number().min(0.001).max(1_000_000),
    maxGapMs: z.number().min(0).max(86_400_000).nullable(),
  }),
])
export type CopyPace = z.infer<typeof copyPace>

/** Entries of one stream, to be added to another one, or to itself. */
export const copyRequest = z.object({
  from: z.object({ connectionId: z.string().min(1).max(64), key: bytes }),
  choice: entriesChoice,
  /** `new`: the server gives them ids; `keep`: by their own, which all have to be greater than the last one of the target. */
  ids: z.enum(['new', 'keep']),
  /** Adds fields that say where each one comes from. Without them, and by new ids, a lost reply leaves open what was added. */
  provenance: z.boolean(),
  pace: copyPace,
  /** What a copy that stopped before its end left undone: its record in the journal. `from`, `choice` and `ids` are that record's then. */
  resumes: z.string().optional(),
})
export type CopyRequest = z.infer<typeof copyRequest>

export const copyWarning = z.enum([
  'itself', // source and target are one stream
  'groups-untold', // the server does not tell the target's groups
  'entries-untold', // of some nobody can tell whether they are what is looked for: they are left out
])
export type CopyWarning = z.infer<typeof copyWarning>

/** Made by reading only: what would be added, and who would be given it. */
export const copyPlan = copyRequest.extend({
  id: z.string(),
  connectionId: z.string(),
  /** The stream that gets them. */
  key: bytes,
  /** So many, and no more, whatever is added to the source meanwhile. */
  entries: z.int(),
  firstId: entryId.nullable(),
  lastId: entryId.nullable(),
  /** Of names and values. */
  bytes: z.number(),
  /** Gone through for them. */
  read: z.int(),
  /** Of ids that were asked for, how many are not there. */
  notFound: z.int(),
  /** How long the ids' own times make it take, at the least, ms; null: they don't matter. */
  takesMs: z.number().nullable(),
  /** The target does not exist and will be created. */
  creates: z.boolean(),
  /** The greatest id that the target ever had; null: it does not exist. */
  targetLastId: entryId.nullable(),
  /** Its groups: each will be given all of them. */
  groups: z.array(bytes),
  /** Groups that stand beyond the ids that are kept: they are given fewer, or none. */
  beyond: z.array(bytes),
  /** What the target's server uses of its `maxmemory` now, where the copies may not fit in it. */
  memory: z.object({ usedBytes: z.number(), maxBytes: z.number(), policy: z.string() }).nullable(),
  /** Why it can't be done. */
  blocked: message.nullable(),
  /** Of a copy that is gone on with: entries of which nobody can tell whether they were added. They are left out. */
  unknown: z.int().optional(),
  /** Likewise; absent: none. */
  doubts: doubts.optional(),
  warnings: z.array(copyWarning),
  undo: z.object({ possible: z.boolean(), note: message }),
  /** redis-cli lines: the first ones of what the run sends. */
  commands: z.array(z.string()),
})
export type CopyPlan = z.infer<typeof copyPlan>

/** A plan in the making, and at last the plan. `walked` of about `total` entries were looked at. */
export const copyPlanning = z.discriminatedUnion('state', [
  z.object({ state: z.literal('reading'), walked: z.int(), total: z.int(), matched: z.int() }),
  z.object({ state: z.literal('ready'), plan: copyPlan }),
])
export type CopyPlanning = z.infer<typeof copyPlanning>
