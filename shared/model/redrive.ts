import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { entrySelection } from './deletion'
import { figure } from './figure'
import { copyReader } from './other-group'
import { message } from './message'

/** Which dead letters: those ticked, a range of ids, or all that are in the stream now. */
export const redriveSelection = z.discriminatedUnion('kind', [
  ...entrySelection.options,
  z.object({ kind: z.literal('all') }),
])
export type RedriveSelection = z.infer<typeof redriveSelection>

export const redriveOptions = z.object({
  /** Where all go that were dead-lettered; null: each to the stream that it came from. */
  to: bytes.nullable().default(null),
  /** Where those go that do not say where they come from; null: they are left alone. */
  strays: bytes.nullable().default(null),
  /** A stream that does not exist is created; else what would go there is left alone. */
  create: z.boolean().default(false),
  /** What was redriven so often already is left alone: it would only come back. */
  mostRedrives: z.int().min(1).max(1000).default(3),
})
export type RedriveOptions = z.infer<typeof redriveOptions>

/** A stream that would get copies. */
export const redriveTarget = z.object({
  name: bytes,
  entries: z.int(),
  /** As TYPE says: `stream`, `none`, `list`…; null where the server does not tell. */
  type: z.string().nullable(),
  /** Why nothing can go there; null when it can. */
  refusal: message.nullable(),
})
export type RedriveTarget = z.infer<typeof redriveTarget>

/** Made by reading only: what would go where, and what is left alone. */
export const redrivePlan = z.object({
  id: z.string(),
  connectionId: z.string(),
  key: bytes,
  selection: redriveSelection,
  options: redriveOptions,
  /** Of what was selected, what is in the stream now. */
  entries: z.int(),
  /** Of those, what would be moved. */
  goes: z.int(),
  firstId: entryId.nullable(),
  lastId: entryId.nullable(),
  /** Most entries first. */
  targets: z.array(redriveTarget),
  leftAlone: z.object({
    /** Do not say where they come from. */
    noProvenance: z.int(),
    /** Redriven too often already. */
    tooOften: z.int(),
    /** Their stream can't take them. */
    refused: z.int(),
  }),
  /**
   * Of what was selected, what does not say by Sluice's fields where it comes from: an application may fill the stream, and
   * read it, by its own rules. Absent: all of it says so.
   */
  unmarked: z
    .object({
      entries: z.int(),
      /** Of those, what would be moved. */
      goes: z.int(),
      /** Groups of the dead-letter stream: who reads it. 200 at most. */
      readers: z.array(bytes),
      /** So many more that are not named. */
      moreReaders: z.int(),
    })
    .optional(),
  /** Ticked ids that are not in the stream. */
  notFound: z.int(),
  /** Groups of the dead-letter stream that need some of what goes. */
  groups: z.array(z.object({ name: bytes, pending: figure, unread: figure })),
  /** Groups of the streams that get copies: what each is given anew. Those that had most of it first, 200 at most. */
  otherGroups: z.array(copyReader),
  /** So many more that are not named. */
  moreGroups: z.int(),
  /** Streams whose groups the server does not tell. */
  untold: z.int(),
  guard: z.object({
    /** Copied and deleted at once, with nobody in between. */
    atomic: z.boolean(),
    /** How, or why not. */
    note: message,
  }),
  /** What can be taken back: nothing. */
  undo: z.object({ possible: z.literal(false), note: message }),
  /** What happens to the copies after the run. */
  notes: z.array(message),
  /** redis-cli lines: the first ones of what the run comes to. */
  commands: z.array(z.string()),
})
export type RedrivePlan = z.infer<typeof redrivePlan>

/** A plan in the making, and at last the plan. `matched`: what would go, before a look at the streams. */
export const redrivePlanning = z.discriminatedUnion('state', [
  z.object({ state: z.literal('reading'), walked: z.int(), total: z.int(), matched: z.int() }),
  z.object({ state: z.literal('ready'), plan: redrivePlan }),
])
export type RedrivePlanning = z.infer<typeof redrivePlanning>
