import { z } from 'zod'
import { bytes } from '../bytes'
import { count } from '../count'
import { entryId } from '../entry-id'
import { references } from './references'
import { selection } from './selection'
import { message } from './message'

/** Of what copies: also deletes the original, once it is acked, with what that means for other groups. Absent: it stays. */
const deleteOriginal = references.optional()

/** What to do with them. `to` null: the healthiest other consumer, chosen when the plan is made. */
export const recoveryAction = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('claim'),
    to: bytes.nullable(),
    /** Also take entries gone from the stream: Redis 7+ then drops them from the pending list for good. */
    includeGone: z.boolean(),
    /** `anew` (default): idle since the claim. `kept`: since its last delivery, so that it is found as idle as before. */
    idle: z.enum(['anew', 'kept']).optional(),
    /** What becomes of the delivery count; `kept` by default. */
    deliveries: z.union([z.enum(['kept', 'plusOne']), z.object({ set: z.int().min(0) })]).optional(),
  }),
  /** Over several consumers, evenly by what they hold. `to` null: those that are active. */
  z.object({
    kind: z.literal('spread'),
    to: z.array(bytes).min(1).max(1000).nullable(),
    includeGone: z.boolean(),
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
  }),
])
export type RecoveryAction = z.infer<typeof recoveryAction>

export const planWarning = z.enum([
  'gone-from-stream', // some entries no longer exist in the stream
  'new-consumer', // the target does not exist yet and will be created
  'target-stalled', // the target gave no sign of life either
  'target-may-wait', // nor did the target; but clients wait in XREADGROUP, which Redis counts as no sign of life
  'targets-quiet', // none of the targets was seen within the threshold; they hold nothing
  'consumer-active', // the holder was seen within the threshold: it may be working on them
  'already-there', // some entries are the target's already and are left out
  'not-pending', // some selected ids are not pending any more
  'new-stream', // the stream that gets copies does not exist yet and will be created
  'one-value-per-field', // where a field repeats, a hash keeps the last value only
  'others-need', // other groups hold some of what is deleted, or have not read it
  'hashes-exist', // some of the hashes exist already, and fields of theirs are overwritten
  'hashes-expire', // fields of theirs expire by themselves, which writing them ends
  'no-hashes', // some of the keys are no hashes, and can't be written to
  'hashes-unknown', // what some of them hold can't be looked at, so it can't be given back either
  'hashes-too-large', // some hold more in these fields than is saved, and are not written to
  'others-get', // the stream's other groups are given the copies as well, whatever they have handled
])

/** How sure a figure is. */
export const certainty = z.enum(['exact', 'atMost', 'estimate'])

const figure = z.object({ value: z.int(), certainty })
const groupLoss = z.object({
  name: bytes,
  /** Entries that it holds. */
  pending: figure,
  /** Entries that were not delivered to it yet. */
  unread: figure,
})
/** A group that is given copies anew. */
const givenCopies = {
  gets: figure,
  /** Of the entries that are copied, those that lie before its position: it was given them already. */
  had: figure,
}
/** The same where the copies go to several streams. */
export const copyReader = z.object({
  stream: bytes,
  name: bytes,
  ...givenCopies,
  /** Of those, dead-lettered from this very group. */
  own: z.int(),
})
export type CopyReader = z.infer<typeof copyReader>
/** Another group: what it loses where entries are deleted, and what it gets where they are copied to its stream. */
const otherGroup = groupLoss.extend({
  ...{ gets: givenCopies.gets.optional(), had: givenCopies.had.optional() },
  /** Whose group it is, where the copies go to another stream. */
  stream: bytes.optional(),
})
export type OtherGroup = z.infer<typeof otherGroup>

/** A value of any bytes; `size` is its whole length, of which the beginning is shown where it is `cut`. */
const shownValue = z.object({ value: bytes, size: z.int(), cut: z.boolean() })
export type ShownValue = z.infer<typeof shownValue>

/** The hashes that the first entries would be written to, as they are now. Each hash counts once. */
export const hashesFound = z.object({
  /** Entries whose hashes were looked at; the others only as they are written. */
  looked: z.int(),
  exist: z.int(),
  /** Of those that exist: where a field would get another value than it has. */
  overwritten: z.int(),
  /** Of those: where such a field was to expire by itself. */
  expiring: z.int(),
  /** The key is no hash: writing to it fails. */
  noHash: z.int(),
  /** What it holds is not told. */
  unknown: z.int(),
  /** Holds more in these fields than is saved, so it is not written to. */
  tooLarge: z.int(),
  /** The first that exist, or where none does one that is new, with their first fields. `before` null: no such field. */
  first: z.array(
    z.object({
      key: bytes,
      exists: z.boolean(),
      fields: z.array(z.object({ name: bytes, before: shownValue.nullable(), after: shownValue })),
      moreFields: z.int(),
    }),
  ),
})
export type HashesFound = z.infer<typeof hashesFound>

/**
 * Why it is not certain that this is still the server, the stream or the group that it was, one sentence each. Their codes
 * have to be accepted (`accepts`) before it can be run.
 */
export const doubts = z.array(message)

/** Made by reading only. What would change, for whom, and how it would be sent. */
export const recoveryPlan = z.object({
  id: z.string(),
  connectionId: z.string(),
  key: bytes,
  group: bytes,
  selection,
  /** As asked, with the target filled in. */
  action: recoveryAction,
  /** Entries that match now. */
  entries: z.int(),
  /** Of those, what would be given away, acked, or otherwise as the action says. */
  changes: z.int(),
  /** What Redis would drop from the pending list for good: a claim of what is gone from the stream. */
  drops: z.int(),
  /** Known to be gone from the stream, of those and of what is dropped on the way to them; null when only the run will tell. */
  gone: z.int().nullable(),
  /** Selected ids that are not pending. */
  notPending: z.int(),
  consumers: z.array(z.object({ name: bytes, before: z.int(), after: z.int() })),
  /** Other groups that lose something where entries are deleted, or that are given copies. */
  otherGroups: z.array(otherGroup),
  /** Older entries that the stream which gets copies loses, where it is trimmed; they are gone for good. */
  targetLosses: figure.optional(),
  hashes: hashesFound.optional(),
  oldestId: entryId.nullable(),
  mostDeliveries: count.nullable(),
  warnings: z.array(planWarning),
  /** What becomes of an entry that moves between being read and being changed. */
  guard: z.object({
    /** Certainly left alone. False: in that instant it may be changed all the same. */
    atomic: z.boolean(),
    /** How, or why not. */
    note: message,
  }),
  undo: z.object({
    possible: z.boolean(),
    /** Why not, or what is not given back. */
    note: message,
  }),
  /** What happens to them after the run: who works on them, and what may be done twice. */
  notes: z.array(message),
  /** redis-cli lines: the first ones of what the run sends. */
  commands: z.array(z.string()),
  /** Of the rest of what was begun before; absent: none. */
  doubts: doubts.optional(),
})
export type RecoveryPlan = z.infer<typeof recoveryPlan>

/** A plan in the making, and at last the plan. `walked` pending entries were looked at, of about `total`. */
export const planning = z.discriminatedUnion('state', [
  z.object({ state: z.literal('reading'), walked: z.int(), total: z.int(), matched: z.int() }),
  z.object({ state: z.literal('ready'), plan: recoveryPlan }),
])
export type Planning = z.infer<typeof planning>

/** What was certainly done from here; or, by themselves, entries that we may have acked, or their consumer in that moment. */
export const undoWhich = z.enum(['certain', 'possible'])
export type UndoWhich = z.infer<typeof undoWhich>

/** What an undo would give back, found by reading only. What moved since is left alone. */
export const undoPlan = z.object({
  recordId: z.string(),
  /** Entries it would give back. */
  entries: z.int(),
  /** Moved, acked or delivered again since. */
  leftAlone: z.int(),
  /** Of those, entries that later records hold: they can be given back once these are undone. `summary`: what it did. */
  held: z.array(z.object({ recordId: z.string(), entries: z.int(), summary: message.optional() })).optional(),
  /** Absent: all there is is certain. */
  which: undoWhich.optional(),
  /** Of those left alone: what the other kind of undo would give back. */
  others: z.int().optional(),
  /** Of those left alone: may have been copied, and nothing tells their copies from others. */
  untraced: z.int().optional(),
  /** No longer in the stream. */
  gone: z.int(),
  /** Dropped from the pending list by the action, for they were gone from the stream: they can't come back. */
  dropped: z.int().optional(),
  /** Hashes that were written to, of the entries that would come back. */
  hashes: z
    .object({
      /** Would hold again what they held. */
      back: z.int(),
      /** Some field holds something else by now, and is left alone. */
      left: z.int(),
      /** Nothing was saved of them: they stay as they are. */
      unsaved: z.int(),
      /** False: what others write in that very moment may be overwritten. */
      atomic: z.boolean(),
    })
    .optional(),
  consumers: z.array(z.object({ name: bytes, before: z.int(), after: z.int() })),
  /** The entries were made pending, and are acked again. */
  acks: z.literal(true).optional(),
  /** What it gives back beside entries: a group, a consumer, an id. */
  instead: message.optional(),
  /** What is not given back. */
  note: message,
  /** Absent: none. */
  doubts: doubts.optional(),
})
export type UndoPlan = z.infer<typeof undoPlan>
/** An undo's plan in the making. */
export const undoPlanning = z.discriminatedUnion('state', [
  z.object({ state: z.literal('reading'), walked: z.int(), total: z.int() }),
  z.object({ state: z.literal('ready'), plan: undoPlan }),
])
export type UndoPlanning = z.infer<typeof undoPlanning>

/** XTRIM's strategies. Entries before the threshold go. */
export const trimStrategy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('maxlen'), maxlen: z.int().min(0) }),
  z.object({ kind: z.literal('minid'), minid: entryId }),
])
export type TrimStrategy = z.infer<typeof trimStrategy>

/** Null: not countable in bounds. */
const trimLoss = z.object({ name: bytes, pending: figure.nullable(), unread: figure.nullable() })

/** Of a trim that keeps what any group still needs. */
export const trimNeeded = z.object({
  /** How many groups the stream has: with none, nothing is needed. */
  groups: z.int(),
  /** The first that a group needs: its oldest pending entry, or what comes after its last delivered id. Null: no group needs any. */
  first: z
    .object({
      id: entryId,
      group: bytes,
      by: z.enum(['pending', 'unread']),
      /** It is pending, and no longer in the stream. */
      gone: z.boolean(),
    })
    .nullable(),
  /** So many stay for the groups that would go else. */
  keeps: figure.nullable(),
  /** For whom: what each group needs of all that would go else. */
  keptFor: z.array(trimLoss),
  guard: z.object({
    /** Certainly kept. False: what a group comes to need between a look and the next command may go. */
    atomic: z.boolean(),
    /** How, or why not. */
    note: message,
  }),
})
export type TrimNeeded = z.infer<typeof trimNeeded>

export const trimPlan = z.object({
  id: z.string(),
  connectionId: z.string(),
  key: bytes,
  strategy: trimStrategy,
  approximate: z.boolean(),
  /** Absent: KEEPREF, by XTRIM. The others look at each entry, by XDELEX (8.2+). */
  references: references.optional(),
  /** Entries per command at most (XTRIM LIMIT). */
  limit: z.int(),
  length: z.int(),
  removes: figure,
  /** The first entry that stays; null when none does, or, where fewer go than there are, when only the run finds it. */
  firstKept: entryId.nullable(),
  /** What the groups lose: entries still pending, and entries never delivered to them. */
  groups: z.array(trimLoss),
  /** Where it keeps what any group still needs: nothing from the first of that on goes. */
  needed: trimNeeded.optional(),
  commands: z.array(z.string()),
})
export type TrimPlan = z.infer<typeof trimPlan>
