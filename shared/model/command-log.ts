import { z } from 'zod'
import { bytes } from '../bytes'
import { jobKinds } from './kinds'
import { who } from './who'

/**
 * By whom a command was sent: `page`, a procedure that somebody called; `job`, one that runs; `monitoring`, the walk over all streams, and
 * what it is made of; `upkeep`, what keeps a connection (logging in, looking whether it is alive); `test`, the test of a connection;
 * `other`, Sluice by itself.
 */
export const senderKinds = ['page', 'job', 'monitoring', 'upkeep', 'test', 'other'] as const
export const senderKind = z.enum(senderKinds)
export type SenderKind = z.infer<typeof senderKind>

export const sender = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('page'), procedure: z.string(), who }),
  z.object({ kind: z.literal('job'), job: z.enum(jobKinds), jobId: z.string() }),
  z.object({ kind: z.enum(['monitoring', 'upkeep', 'test', 'other']) }),
])
export type Sender = z.infer<typeof sender>

/**
 * One argument: as it was sent; the beginning of a long name (`bytes`: how long it is); `hidden`: so many values in a row, never kept,
 * of so many bytes, null where their size would tell something too; `left`: so many ids in a row, left out.
 */
export const loggedPart = z.union([
  bytes,
  z.strictObject({ start: bytes, bytes: z.int() }),
  z.strictObject({ hidden: z.int(), bytes: z.int().nullable() }),
  z.strictObject({ left: z.int() }),
])
export type LoggedPart = z.infer<typeof loggedPart>

/**
 * What became of it: `waiting`, no reply yet; `queued`, told to wait for EXEC; `error`, refused, by the first word of Redis's error; `cut`, answered by more than is kept
 * of a reply; `lost`, the connection ended before a reply; `given-up`, nothing came for so long that nobody waits for it.
 */
export const commandOutcome = z.union([
  z.strictObject({ kind: z.enum(['waiting', 'ok', 'queued', 'cut', 'lost', 'given-up']) }),
  z.strictObject({ kind: z.literal('error'), prefix: z.string() }),
])
export type CommandOutcome = z.infer<typeof commandOutcome>

/** A command that was sent. `n`: the how manieth on its connection. `sentBytes` null: not told; `receivedBytes` and `ms` null: no reply. */
export const loggedCommand = z.object({
  n: z.int(),
  /** By this host's clock. */
  atMs: z.number(),
  node: z.string(),
  by: sender,
  command: z.string(),
  args: z.array(loggedPart),
  writes: z.boolean(),
  sentBytes: z.int().nullable(),
  receivedBytes: z.int().nullable(),
  ms: z.number().nullable(),
  outcome: commandOutcome,
})
export type LoggedCommand = z.infer<typeof loggedCommand>

/** Which commands to tell: all of it must hold. `text`: in what `loggedLine` or the node says, whatever the case. */
export const commandFilter = z.object({
  text: z.string().max(200),
  by: senderKind.nullable(),
  writes: z.boolean(),
  errors: z.boolean(),
  slowerThanMs: z.number().min(0).max(3_600_000).nullable(),
})
export type CommandFilter = z.infer<typeof commandFilter>

/** Per second. */
export const commandRates = z.object({ commands: z.number(), sentBytes: z.number(), receivedBytes: z.number() })
export type CommandRates = z.infer<typeof commandRates>

/**
 * `commands`: new ones, and again those that were waiting, in their order. `skipped`: so many more of those that match came since the last
 * event, and are not told. `rates` of the last seconds, by whom; null: not known yet.
 */
export const commandLogEvent = z.object({
  commands: z.array(loggedCommand),
  skipped: z.int(),
  rates: z.record(senderKind, commandRates).nullable(),
})
export type CommandLogEvent = z.infer<typeof commandLogEvent>
