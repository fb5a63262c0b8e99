import { z } from 'zod'
import { bytes } from '../bytes'
import { references } from './references'

/** Of what copies: also deletes the original, once it is acked, with what that means for other groups. Absent: it stays. */
const deleteOriginal = references.optional()

/**
 * What a claim makes of the idle time. `kept`: since the last delivery, so that an entry is found as idle as before; `anew`: since
 * the claim. Absent: kept where that costs the server little, decided when the plan is made; in older records, `anew`.
 */
const idleAfter = z.enum(['anew', 'kept']).optional()

/** What to do with them. `to` null: the healthiest other consumer, chosen when the plan is made. */
export const recoveryAction = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('claim'),
    to: bytes.nullable(),
    /** Also take entries gone from the stream: Redis 7+ then drops them from the pending list for good. */
    includeGone: z.boolean(),
    idle: idleAfter,
    /** What becomes of the delivery count; `kept` by default. */
    deliveries: z.union([z.enum(['kept', 'plusOne']), z.object({ set: z.int().min(0) })]).optional(),
  }),
  /** Over several consumers, evenly by what they hold. `to` null: those that are active. */
  z.object({
    kind: z.literal('spread'),
    to: z.array(bytes).min(1).max(1000).nullable(),
    includeGone: z.boolean(),
    idle: idleAfter,
  }),
  z.object({ kind: z.literal('ack') }),
  /** Acks, and deletes from the stream. What that means for other groups that hold an entry too is XACKDEL's to say. */
  z.object({
    kind: z.literal('ackDelete'),
    references,
    /** Writes what goes into a file before. */
    keepBodies: z.boolean(),
  }),
  /** Copies to another stream, with where they come from, then acks. `stream` null: the stream's own name and `:dead`. */
  z.object({
    kind: z.literal('deadLetter'),
    stream: bytes.nullable(),
    /** Why, in words; written to each copy. */
    reason: z.string().max(1000),
    /** Trims the target to about so many entries. */
    maxLen: z.int().min(1).nullable(),
    deleteOriginal,
  }),
  /** Copies to the end of a stream, to be delivered anew, then acks. `stream` null: the same stream. */
  z.object({
    kind: z.literal('requeue'),
    stream: bytes.nullable(),
    /** Adds fields that say where the copy comes from. */
    provenance: z.boolean(),
    deleteOriginal,
    /** Of one ticked entry: what its copy has in place of its own fields. They stay out of the journal. */
    fields: z
      .array(z.tuple([bytes, bytes]))
      .min(1)
      .max(1000)
      .optional(),
    /** In the journal: there were such fields. */
    edited: z.literal(true).optional(),
  }),
  /** Back to the group, for its next reader (XNACK, 8.8+). SILENT: the delivery does not count; FATAL: it counts as the last. */
  z.object({ kind: z.literal('release'), mode: z.enum(['SILENT', 'FAIL', 'FATAL']) }),
  /** XAUTOCLAIM, to the end of the pending list: all that is idle for so long, `count` entries per command at most. */
  z.object({
    kind: z.literal('autoClaim'),
    to: bytes,
    minIdleMs: z.int().min(1),
    count: z.int().min(1).max(100),
  }),
  /** Claims, writes the fields to the hash `prefix` + the value of `idField` (null: the entry's id), and acks what was written. */
  z.object({
    kind: z.literal('handle'),
    to: bytes,
    /** Only what has been idle for so long. */
    minIdleMs: z.int().min(0),
    prefix: bytes,
    idField: bytes.nullable(),
    /** Of what stays pending, since it could not be written. */
    idle: idleAfter,
  }),
])
export type RecoveryAction = z.infer<typeof recoveryAction>
