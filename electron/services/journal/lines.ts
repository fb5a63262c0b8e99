import { z } from 'zod'
import { bytes, bytesKey, type Bytes } from '../../../shared/bytes'
import { entryId } from '../../../shared/entry-id'
import { recordedError, recordedMessage } from './format-1'
import { claimSeen } from '../../../shared/model/claim-outcome'
import { groupChange } from '../../../shared/model/group-change'
import { jobCounts, jobState } from '../../../shared/model/job'
import { recoveryAction } from '../../../shared/model/recovery-action'
import { restored } from '../../../shared/model/restore'
import { sweepTag } from '../../../shared/model/sweep-tag'
import { who } from '../../../shared/model/who'
import { selection } from '../../../shared/model/selection'
import { serverIdentity } from './identity'
import { streamMark } from '../inspection/stream-mark'
import type { PriorEntry } from '../../../shared/model/journal'
import { journalActions } from '../../../shared/model/kinds'
import { parseCount } from '../../../shared/count'

const recoveryRequest = z.object({ selection, action: recoveryAction })

/** Where a group stood before a change of it. Counts as text: they may not fit a JSON number. */
const groupStood = z.object({
  lastDeliveredId: entryId,
  entriesRead: z
    .string()
    .regex(/^-?\d{1,19}$/)
    .nullable(),
})
export type GroupStoodLine = z.infer<typeof groupStood>

const namedMark = z.tuple([bytes, streamMark])
/** A stream by its name, and what it is known again by. */
export type NamedMark = z.infer<typeof namedMark>

const groupBefore = groupStood.extend({ consumers: z.array(bytes) })
export type GroupBefore = z.infer<typeof groupBefore>

/**
 * The journal's file format: JSON Lines, append-only. A record is a `begin`, then per batch an `intent` (written and
 * synced before the command is sent) and an `outcome`, then an `end`. A record without an `end` was interrupted. One that
 * saves what it removes has a `backup` before that, one that gave entries to consumers `touched`, one that
 * made consumers thereby `madeConsumers`, and one that made a stream `made`, before its end. What is seen of a claim later is `followed`. Format 1 has sentences where format 2 has messages (`format-1.ts`).
 */
export const FORMAT = 2

/**
 * The first line of each file; one without it is of format 1. A Sluice reads what it understands of a greater one, says
 * so, undoes nothing of it, and leaves the file as it is.
 */
export const formatLine = z.object({ t: z.literal('format'), version: z.int() })

export const beginLine = z.object({
  t: z.literal('begin'),
  id: z.string(),
  at: z.number(),
  connectionId: z.string(),
  connectionName: z.string(),
  /** Not in older records; one that is told in a way of a newer Sluice is not understood here. */
  who: who.optional().catch(undefined),
  action: z.enum(journalActions),
  key: bytes,
  group: bytes.nullable(),
  /** What was asked for, as the plan had it. */
  request: recoveryRequest.nullable(),
  /** Of a change of the group itself. `position`: where SETID went. */
  groupChange: z.object({ change: groupChange, before: groupBefore, position: entryId }).optional(),
  restore: restored.optional(),
  /** Which server it was; the connection may lead elsewhere by now. Not in older records. */
  server: serverIdentity.optional(),
  /** The stream as the plan found it; of a swap: what is to have its name. */
  stream: streamMark.optional(),
  /** Other streams that it is about, by the names that they have once it is done. */
  beside: z.array(namedMark).optional(),
  /** Of older records, whose intents don't say it: what `intentLine.atomic` says, of all their batches. */
  atomic: z.boolean().optional(),
  summary: recordedMessage,
  commands: z.array(z.string()),
  undo: z.object({ possible: z.boolean(), note: recordedMessage }),
  /** The record that this one undoes. */
  undoes: z.string().nullable(),
  /** It is one of many that were begun as one. */
  sweep: sweepTag.optional(),
})
export type BeginLine = z.infer<typeof beginLine>

const packedPrior = z.tuple([entryId, z.int(), z.string(), z.number()])

export const intentLine = z.object({
  t: z.literal('intent'),
  id: z.string(),
  batch: z.int(),
  /** Server time when the entries were read, ms since 1970. */
  at: z.number(),
  /** The consumer that the batch goes to. */
  to: bytes.nullable(),
  /** Each entry is looked at, copied and acked in one step: what has a copy was acked by us, and by nobody else. */
  atomic: z.boolean().optional(),
  /** Consumers, which `entries` name by position. */
  from: z.array(bytes),
  /** id, position in `from`, delivery count, server time of the last delivery. */
  entries: z.array(packedPrior),
})
export type IntentLine = z.infer<typeof intentLine>

/** Entries that a consumer was given as idle as they were: see `inspection/moved-entries.ts`. */
const moved = z.object({ to: bytes, at: z.number(), ids: z.array(entryId), upTo: entryId })

export const outcomeLine = z.object({
  t: z.literal('outcome'),
  id: z.string(),
  batch: z.int(),
  /** Server time by which the batch was carried out, at the latest. */
  until: z.number(),
  counts: jobCounts,
  /** Of the intent's entries, those that were not changed. */
  except: z.array(entryId),
  /** Entries of which a copy was written, with the copy's id. */
  copies: z.array(z.tuple([entryId, entryId])),
  /** A digest of what each of these copies was given, in their order, where that is not told by their entries. */
  held: z.array(z.string()).optional(),
  /** Of those that are not in `except`: what others may have changed instead, since no reply told. */
  unsure: z.array(entryId).optional(),
  /** Of a claim that keeps the idle time. */
  moved: moved.optional(),
  /** Of a change of a group: where it stood in the moment of the change, later than the beginning could tell. */
  stood: groupStood.optional(),
})

/** Where a job saves what it removes; written and synced before the first of it goes. */
export const backupLine = z.object({ t: z.literal('backup'), id: z.string(), at: z.number(), file: z.string() })

const signs = z.object({ seenAt: z.number(), activeAt: z.number().nullable() })
/** The consumers that got entries by XCLAIM, and so look as if they had been there: see `inspection/own-signs.ts`. */
export const touchedLine = z.object({
  t: z.literal('touched'),
  id: z.string(),
  /** Where the record is about all groups of a stream. */
  group: bytes.optional(),
  consumers: z.array(z.object({ consumer: bytes, before: signs, stamp: signs, tookMs: z.number() })),
})

/** A stream that the job made, as it left it. */
export const madeLine = z.object({ t: z.literal('made'), id: z.string(), stream: namedMark })

/** Consumers that were not there until they got entries, so that they were made by that: see `inspection/own-signs.ts`. */
export const madeConsumersLine = z.object({
  t: z.literal('madeConsumers'),
  id: z.string(),
  consumers: z.array(z.object({ consumer: bytes, by: z.number().nullable() })),
})

/** What was seen of a claim after its end; the last one counts. */
export const followedLine = z.object({ t: z.literal('followed'), id: z.string(), ...claimSeen.shape })

/** What an undo could not give back, for a reason that may pass. */
const undoLeft = z.object({
  /** Entries that later records hold, which can be undone themselves. */
  held: z.array(z.object({ record: z.string(), entries: z.int() })),
  /** Entries that another undo may give back: those that were not certain, or only those that were. */
  open: z.int().default(0),
})
export type UndoLeft = z.infer<typeof undoLeft>

export const endLine = z.object({
  t: z.literal('end'),
  id: z.string(),
  at: z.number(),
  state: jobState,
  counts: jobCounts,
  error: recordedError.nullable(),
  backupFile: z.string().nullable(),
  /** Of an undo; absent: nothing. */
  left: undoLeft.optional(),
  /** Which server it was by then, and how far its history of replication: one that follows it no further never heard of all. */
  server: serverIdentity.optional(),
})
export type EndLine = z.infer<typeof endLine>

const journalLine = z.discriminatedUnion('t', [
  formatLine,
  beginLine,
  intentLine,
  outcomeLine,
  backupLine,
  touchedLine,
  madeLine,
  madeConsumersLine,
  endLine,
  followedLine,
])
export type JournalLine = z.infer<typeof journalLine>

const KNOWN: ReadonlySet<unknown> = new Set([
  'format',
  'begin',
  'intent',
  'outcome',
  'backup',
  'touched',
  'made',
  'madeConsumers',
  'end',
  'followed',
])
const INTENT = Buffer.from('{"t":"intent"')
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Tells an intent, by far the longest kind of line, without parsing it. */
export function isIntent(bytes: Buffer): boolean {
  return bytes.subarray(0, INTENT.length).equals(INTENT)
}

/**
 * A line as it was written. `unknown`: of a kind that a later Sluice may have added. `damaged`: anything else, bytes that
 * are no UTF-8 included, for a name with a letter lost would be another name.
 */
export function parseLine(bytes: Buffer): JournalLine | 'unknown' | 'damaged' {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes))
    const kind = typeof value === 'object' && value !== null && 't' in value ? value.t : null
    if (typeof kind === 'string' && !KNOWN.has(kind)) return 'unknown'
    return journalLine.parse(value)
  } catch {
    return 'damaged'
  }
}

/** What a batch is about to change. */
export interface Intent {
  /** Server time of the reading, ms since 1970. */
  readonly at: number
  readonly prior: readonly PriorEntry[]
  /** The consumer that gets them. */
  readonly to: Bytes | null
  /** What has a copy is acked in the same step. */
  readonly atomic?: boolean | undefined
}

export function packIntent(id: string, batch: number, { at, prior, to, atomic }: Intent): IntentLine {
  const positions = new Map<string, number>()
  const from: IntentLine['from'] = []
  const positionOf = (consumer: Bytes): number => {
    const name = bytesKey(consumer)
    const known = positions.get(name)
    if (known !== undefined) return known
    positions.set(name, from.length)
    return from.push(consumer) - 1
  }
  const entries = prior.map((entry): IntentLine['entries'][number] => {
    return [entry.id, positionOf(entry.consumer), String(entry.deliveries), entry.deliveredAt]
  })
  return { t: 'intent', id, batch, at, to, atomic, from, entries }
}

export function unpackIntent({ at, to, atomic, from, entries }: IntentLine): Intent {
  const prior = entries.flatMap(([id, position, deliveries, deliveredAt]) => {
    const consumer = from[position]
    return consumer === undefined ? [] : [{ id, consumer, deliveries: parseCount(deliveries), deliveredAt }]
  })
  return { at, to, atomic, prior }
}
