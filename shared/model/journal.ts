import { z } from 'zod'
import { bytes } from '../bytes'
import { appErrorInfo } from '../error-data'
import { entryId } from '../entry-id'
import { count } from '../count'
import { jobCounts, jobState } from './job'
import { journalActions } from './kinds'
import { message } from './message'
import { sweepTag } from './sweep-tag'
import { who } from './who'

/** One thing done from here. `state` interrupted with no end written: the app stopped in the middle of it. */
export const journalRecord = z.object({
  id: z.string(),
  at: z.number(),
  endedAt: z.number().nullable(),
  connectionId: z.string(),
  connectionName: z.string(),
  /** Null: not told, as in older records. */
  who: who.nullable(),
  action: z.enum(journalActions),
  key: bytes,
  group: bytes.nullable(),
  /** What was done: "claim to worker-2". */
  summary: message,
  state: jobState,
  counts: jobCounts,
  /** redis-cli lines: the first ones sent. */
  commands: z.array(z.string()),
  error: appErrorInfo.nullable(),
  undo: z.object({
    possible: z.boolean(),
    /** Why not, or what is not given back. */
    note: message,
    /** The record of the undo, once it ran. */
    undoneBy: z.string().nullable(),
    /** What was given back of it so far, where more may be later. */
    partly: z
      .object({
        /** Entries given back. */
        back: z.int(),
        /** Of the rest: entries that a later record holds, and whether that was undone since. */
        held: z.array(z.object({ recordId: z.string(), summary: message, entries: z.int(), isUndone: z.boolean() })),
        /** Of the rest: entries that are undone by themselves, since they are not certain, or were not taken along. */
        open: z.int(),
        /** Its last undo has not come to its end: what is left is not known. */
        isStopped: z.boolean().optional(),
      })
      .optional(),
  }),
  /** Where a trim saved what it removed. */
  backupFile: z.string().nullable(),
  /** One of many that were begun as one; absent: it is by itself. */
  sweep: sweepTag.optional(),
})
export type JournalRecord = z.infer<typeof journalRecord>

/** The state of a pending entry just before a batch. */
export const priorEntry = z.object({
  id: entryId,
  consumer: bytes,
  deliveries: count,
  /** Server time of its last delivery, ms since 1970. */
  deliveredAt: z.number(),
})
export type PriorEntry = z.infer<typeof priorEntry>
