import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { jobState } from './job'

/** A backup's name in the folder of backups. */
export const backupName = z.string().min(1).max(200)

/** What reading a backup to its end found. */
export const backupContents = z.object({
  entries: z.int(),
  /** Lines that could not be read, among them a last one that was cut short. */
  damaged: z.int(),
  /** The smallest and the greatest id. */
  firstId: entryId.nullable(),
  lastId: entryId.nullable(),
})
export type BackupContents = z.infer<typeof backupContents>

/** What was saved before a trim, an ack and delete, or a deletion. */
export const backup = z.object({
  file: backupName,
  /** The whole path. */
  path: z.string(),
  kind: z.enum(['trim', 'ack-delete', 'delete']),
  /** It was left in the middle; what it was made for did not happen. */
  partial: z.boolean(),
  bytes: z.int(),
  /** Where its entries were; null where its first line can't be read. So is `savedAt`, ms since 1970. */
  stream: bytes.nullable(),
  savedAt: z.number().nullable(),
  /** Null: its first line can't be read, or it is too large to be counted for a list. */
  contents: backupContents.nullable(),
  /** What it was made for; null where the journal does not go back so far. */
  record: z
    .object({
      id: z.string(),
      at: z.number(),
      connectionId: z.string(),
      connectionName: z.string(),
      summary: z.string(),
      state: jobState,
    })
    .nullable(),
})
export type Backup = z.infer<typeof backup>

/** Entries of a backup, to be added to the end of a stream by new ids. */
export const copiesRequest = z.object({
  file: backupName,
  /** Which ones; null: all. */
  ids: z.array(entryId).min(1).max(10_000).nullable(),
  /** Adds fields that say where each one comes from. Without them a lost reply leaves open what was added. */
  provenance: z.boolean(),
})

/** Made by reading only: what would be added, and who would be given it. */
export const copiesPlan = copiesRequest.extend({
  id: z.string(),
  connectionId: z.string(),
  /** The stream that gets them. */
  key: bytes,
  entries: z.int(),
  firstId: entryId.nullable(),
  lastId: entryId.nullable(),
  /** Of names and values. */
  bytes: z.number(),
  /** Of the ids asked for, those that the backup does not hold: how many. */
  notFound: z.int(),
  damaged: z.int(),
  /** The stream does not exist and will be created. */
  creates: z.boolean(),
  /** Its groups: each will be given all of them. */
  groups: z.array(bytes),
  undo: z.object({ possible: z.boolean(), note: z.string() }),
  /** redis-cli lines: the first ones of what the run sends. */
  commands: z.array(z.string()),
})
export type CopiesPlan = z.infer<typeof copiesPlan>

const reading = z.object({ state: z.literal('reading'), walked: z.int(), total: z.int() })

/** A plan in the making, and at last the plan. `walked` of about `total` entries were looked at. */
export const copiesPlanning = z.discriminatedUnion('state', [
  reading,
  z.object({ state: z.literal('ready'), plan: copiesPlan }),
])
export type CopiesPlanning = z.infer<typeof copiesPlanning>

/** What the journal keeps of a restore, so that it can be gone on with and taken back. */
export const restored = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('copies'), file: backupName, provenance: z.boolean() }),
])
export type Restored = z.infer<typeof restored>
