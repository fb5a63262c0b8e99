import { z } from 'zod'
import { bytes } from '../bytes'
import { count } from '../count'
import { entryId } from '../entry-id'
import { doubts } from './doubts'
import { figure } from './figure'
import { hashesFound } from './hashes-found'
import { message } from './message'
import { otherGroup } from './other-group'
import { recoveryAction } from './recovery-action'
import { selection } from './selection'

export const planWarning = z.enum([
  'gone-from-stream', // some entries no longer exist in the stream
  'new-consumer', // the target does not exist yet and will be created
  'target-stalled', // the target gave no sign of life either
  'target-may-wait', // nor did the target; but clients wait in XREADGROUP, which Redis counts as no sign of life
  'targets-quiet', // none of the targets was seen within the threshold; they hold nothing
  'consumer-active', // the holder was seen within the threshold: it may be working on them
  'already-there', // some entries are the target's already and are left out
  'not-pending', // some selected ids are not pending any more
  'entries-untold', // of some nobody can tell whether they are what is asked for: they are left out
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

/** Made by reading only. What would change, for whom, and how it would be sent. */
export const recoveryPlan = z.object({
  id: z.string(),
  connectionId: z.string(),
  key: bytes,
  group: bytes,
  /** Server time just before the reading, ms since 1970: of what it shows nothing was delivered later. */
  plannedAt: z.number().optional(),
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
  /** Of so many that are pending nobody could tell whether they match, for they are too large: they are left out. Absent: of none. */
  untold: z.int().optional(),
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
  /** Where it was asked for: what it was made of, for a later plan of what is left of it. Only Sluice reads it. */
  kept: z.string().optional(),
})
export type RecoveryPlan = z.infer<typeof recoveryPlan>

/** A plan in the making, and at last the plan. `walked` pending entries were looked at, of about `total`. */
export const planning = z.discriminatedUnion('state', [
  z.object({ state: z.literal('reading'), walked: z.int(), total: z.int(), matched: z.int() }),
  z.object({ state: z.literal('ready'), plan: recoveryPlan }),
])
export type Planning = z.infer<typeof planning>
