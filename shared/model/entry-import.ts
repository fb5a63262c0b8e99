import { z } from 'zod'
import { message } from './message'
import { backupName } from './restore'

/** What a file of entries may be. */
export const IMPORT_FORMATS = ['jsonl', 'csv', 'redis-cli'] as const
export const importFormat = z.enum(IMPORT_FORMATS)
export type ImportFormat = z.infer<typeof importFormat>

/** Of one piece of a file that a page sends to a host, bytes: a slow line has 20 s for each. */
export const UPLOAD_PIECE_BYTES = 256 * 1024
/** So many faults are told. */
export const MOST_IMPORT_FAULTS = 100

/** Why nothing was read. `left`: whoever sent it went away; `not-sent`: nobody began to; `too-large`: more than `mostBytes` of it came. */
export const importStop = z.enum(['cancelled', 'left', 'not-sent', 'too-large'])
export type ImportStop = z.infer<typeof importStop>

const read = { format: importFormat, again: z.string().nullable() }

/**
 * A file that is read and checked. `send`: whoever asked has it, and sends it to this path of the web host, in pieces. `again`: by which the host finds the same
 * file once more; null: it can't. `staged`: all of it can be imported, and is kept under this name, for as long as it is listened to, or
 * until an import of it was begun. `faulty`: nothing is kept.
 */
export const importEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('send'), path: z.string(), mostBytes: z.number() }),
  /** Of the bytes; `total`: null where nobody knows. */
  z.object({ kind: z.literal('reading'), name: z.string(), bytes: z.number(), total: z.number().nullable() }),
  z.object({
    kind: z.literal('staged'),
    ...read,
    file: backupName,
    entries: z.int(),
    /** Of names and values. */
    bytes: z.number(),
    /** False: the server has to give them. */
    hasIds: z.boolean(),
    /** Their ids go up, as they have to in a stream. */
    goesUp: z.boolean(),
  }),
  z.object({
    kind: z.literal('faulty'),
    ...read,
    faults: z.array(z.object({ problem: message, remedy: message })).min(1),
    /** The rest was not read. */
    hasMore: z.boolean(),
  }),
  z.object({ kind: z.literal('stopped'), why: importStop }),
])
export type ImportEvent = z.infer<typeof importEvent>
