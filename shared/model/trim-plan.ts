import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { figure } from './figure'
import { message } from './message'
import { references } from './references'

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
