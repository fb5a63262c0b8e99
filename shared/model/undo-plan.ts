import { z } from 'zod'
import { bytes } from '../bytes'
import { doubts } from './doubts'
import { madeConsumer } from './made-consumer'
import { message } from './message'

/**
 * What was certainly done from here, and nobody else works on; or, by themselves, entries that we may have acked, or their
 * consumer in that moment, and those whose copy a group was given.
 */
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
  /** Of what may be given back by itself only (`others`, or, where that is asked for, `entries`): some group was given its copy. */
  given: z.int().optional(),
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
  /** Consumers that were made from here by giving them entries, as they would stand then. Absent: none is there. */
  made: z.array(madeConsumer).optional(),
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
