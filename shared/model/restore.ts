import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { entriesChoice } from './export'
import { jobState } from './job'
import { message } from './message'
import { doubts } from './doubts'

/** A backup's name in the folder of backups. */
export const backupName = z.string().min(1).max(200)

/** What reading a backup to its end found. */
export const backupContents = z.object({
  /** Those that went, by what the backup was made for, or may have. */
  entries: z.int(),
  /** Of those: they may have gone, or not. It was ended in the middle, or an earlier Sluice did not write down what went. */
  unsure: z.int(),
  /** Saved besides, and left in the stream. */
  stayed: z.int(),
  /** Lines that could not be read, among them a last one that was cut short. */
  damaged: z.int(),
  /** The smallest and the greatest id of those that went, or may have. */
  firstId: entryId.nullable(),
  lastId: entryId.nullable(),
})
export type BackupContents = z.infer<typeof backupContents>

/** What was saved before a trim, an ack and delete, a deletion, or a redrive. */
export const backup = z.object({
  file: backupName,
  /** The whole path. */
  path: z.string(),
  kind: z.enum(['trim', 'ack-delete', 'delete', 'redrive']),
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
      summary: message,
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
  /** Also what was saved and stayed in its stream. Absent: only what went, or may have. Entries that are named are taken anyway. */
  stayed: z.boolean().optional(),
  /** Also what a redrive moved, and still lies there as a copy. Entries that are named are taken anyway. */
  copied: z.boolean().optional(),
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
  /** Of those asked for: still in that stream, and so not added. */
  there: z.int(),
  /** Of those asked for: a redrive's copy of them still lies where it went, and so not added. Absent: none. */
  stillCopied: z.int().optional(),
  /** Of those that are added: whether a redrive's copy of them still lies where it went can't be told. Absent: none. */
  copiesUntold: z.int().optional(),
  /** Of those that are added: nothing says whether they went. */
  unsure: z.int(),
  /** Saved, and left out because they stayed in the stream then. */
  leftOut: z.int(),
  /** Of the ids asked for, those that the backup does not hold: how many. */
  notFound: z.int(),
  damaged: z.int(),
  /** The stream does not exist and will be created. */
  creates: z.boolean(),
  /** Its groups: each will be given all of them. */
  groups: z.array(bytes),
  undo: z.object({ possible: z.boolean(), note: message }),
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

/** By what a stream drops the duplicates of producers that send with ids of their own (XADD IDMP, 8.6+). */
export const idempotence = z.object({
  /** How long ids are tracked, in seconds, and how many of each producer. */
  durationSeconds: z.int(),
  maxSize: z.int(),
  /** Tracked now. */
  producers: z.int(),
  ids: z.int(),
  /** Something was ever added so. */
  isUsed: z.boolean(),
})
export type Idempotence = z.infer<typeof idempotence>

/** A backup, merged by id with what its stream holds now, into a new key with the original ids, groups and pending entries. */
export const rebuildRequest = z.object({
  file: backupName,
  /** The new key; null: the stream's own name and `:restored`. */
  target: bytes.nullable(),
  /** Also what the stream holds now. Where both have an id, the stream's own entry is taken. */
  merge: z.boolean(),
  /** Also what the backup has of entries that stayed in the stream then; by now they may be gone as well. */
  stayed: z.boolean().optional(),
})

export const rebuildWarning = z.enum([
  'differing', // both have an id, with other content: the stream's own is taken
  'left-out', // entries that were saved and stayed then are in the stream no more, and not asked for
  'damaged', // lines of the backup can't be read
  'no-stream', // the stream is gone: there is nothing to merge with, and no groups to copy
  'redriven', // what a redrive moved may still be where it went
  'backup-only', // what the stream holds now is left out
  'others-meanwhile', // what consumers do while it runs is not carried over
  'stand-ins', // pending entries that are gone for good are pending in the new key as well
  'gone-left-out', // they are not, since entries can't be deleted here
  'no-counters', // before 7.0 there is no way to set what lags are told from
  'ids-forgotten', // ids by which duplicates of producers are dropped are not carried over
  'no-idmp-settings', // how long and how many are not either: the user may not set them
  'no-idle-consumers', // before 6.2 consumers that hold nothing can't be made
])
export type RebuildWarning = z.infer<typeof rebuildWarning>

const copiedGroup = z.object({
  name: bytes,
  lastDeliveredId: entryId,
  consumers: z.int(),
  pending: z.int(),
  /** Of those, in neither the stream nor the backup. */
  gone: z.int(),
})

/** Made by reading only: what the new key would hold. */
export const rebuildPlan = z.object({
  id: z.string(),
  connectionId: z.string(),
  file: backupName,
  /** The stream that it was made of. */
  key: bytes,
  target: bytes,
  merge: z.boolean(),
  stayed: z.boolean().optional(),
  /** How many it would hold. */
  entries: z.int(),
  /** Entries that the backup has, that the stream has, and that both have. */
  inBackup: z.int(),
  inStream: z.int(),
  inBoth: z.int(),
  /** Of those that both have: with other content. */
  differing: z.int(),
  /** Saved, and left out because they stayed in the stream then; it does not hold them any more, or is not merged with. */
  leftOut: z.int(),
  damaged: z.int(),
  firstId: entryId.nullable(),
  lastId: entryId.nullable(),
  /** What it would take in the server's memory: an estimate. */
  memoryBytes: z.number(),
  groups: z.array(copiedGroup),
  /** Of the stream; null: it is gone, or the server has none of it. */
  idempotence: idempotence.nullable(),
  warnings: z.array(rebuildWarning),
  /** Why it can't be done. */
  blocked: message.nullable(),
  undo: z.object({ possible: z.boolean(), note: message }),
  /** redis-cli lines: one of each kind that the run sends. */
  commands: z.array(z.string()),
})
export type RebuildPlan = z.infer<typeof rebuildPlan>

export const rebuildPlanning = z.discriminatedUnion('state', [
  reading,
  z.object({ state: z.literal('ready'), plan: rebuildPlan }),
])
export type RebuildPlanning = z.infer<typeof rebuildPlanning>

const groupAt = z.object({ lastDeliveredId: entryId, pending: z.int(), consumers: z.int() })

/** Made by reading only: what has changed since a stream was restored into a new key, and what a swap would do. */
export const swapPlan = z.object({
  id: z.string(),
  connectionId: z.string(),
  key: bytes,
  /** The new key, which gets its name. */
  target: bytes,
  /** Where the stream as it is now is kept. */
  aside: bytes,
  /** Entries of both. */
  before: z.int(),
  after: z.int(),
  /** Entries of the stream that the new key lacks: those that came since, and earlier ones. */
  newer: z.int(),
  missing: z.int(),
  /** How each group stands in the stream and in the new key; null where it is not there. */
  groups: z.array(z.object({ name: bytes, now: groupAt.nullable(), then: groupAt.nullable(), same: z.boolean() })),
  /** The stream's time to live, which is kept, ms; null: it doesn't expire. */
  ttlMs: z.number().nullable(),
  /** Of the stream; null where the server has none of it. What is tracked is not carried over. */
  idempotence: idempotence.nullable(),
  /** Why it can't be done as it is. */
  blocked: message.nullable(),
  /** Catching up would help. */
  behind: z.boolean(),
  /** Looked at and renamed with nobody in between. */
  atomic: z.boolean(),
  commands: z.array(z.string()),
  /** Absent: none. */
  doubts: doubts.optional(),
})
export type SwapPlan = z.infer<typeof swapPlan>

export const swapPlanning = z.discriminatedUnion('state', [
  reading,
  z.object({ state: z.literal('ready'), plan: swapPlan }),
])
export type SwapPlanning = z.infer<typeof swapPlanning>

/** What the journal keeps of a restore, so that it can be gone on with and taken back. */
export const restored = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('copies'), file: backupName, provenance: z.boolean() }),
  /** Of a stream, this one or another. */
  z.object({
    kind: z.literal('copied'),
    from: z.object({ connectionId: z.string(), key: bytes }),
    choice: entriesChoice,
    ids: z.enum(['new', 'keep']),
    /** What was read begins here, null: where the choice says; and ends here. */
    begin: entryId.nullable(),
    through: entryId,
    provenance: z.boolean(),
    /** The record that it goes on with. */
    resumes: z.string().optional(),
  }),
  z.object({
    kind: z.literal('rebuild'),
    file: backupName,
    merge: z.boolean(),
    stayed: z.boolean().optional(),
    target: bytes,
    /** Its name while it is made. */
    making: bytes,
    groups: z.array(z.object({ name: bytes, lastDeliveredId: entryId })),
  }),
  z.object({ kind: z.literal('catch up'), target: bytes }),
  z.object({ kind: z.literal('swap'), target: bytes, aside: bytes, lastId: entryId }),
])
export type Restored = z.infer<typeof restored>
