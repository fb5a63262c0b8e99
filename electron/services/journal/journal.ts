import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { AppErrorInfo } from '../../../shared/error-data'
import { AppError, isAppError } from '../../../shared/error'
import type { JobCounts, JobState } from '../../../shared/model/job'
import type { JournalRecord, PriorEntry } from '../../../shared/model/journal'
import type { MovedEntries } from '../inspection/moved-entries'
import type { MadeConsumer, Touches } from '../inspection/own-signs'
import { readBatches, readBegin, readStood, type JournalBatch } from './batches'
import { createFollower } from './follower'
import {
  packIntent,
  type BeginLine,
  type GroupStoodLine,
  type JournalLine,
  type NamedMark,
  type UndoLeft,
} from './lines'
import type { ServerIdentity } from './identity'
import type { Hold } from './own-sign'
import { createPresence, type PresenceTimes } from './presence'
import { createRecords, shownRecord, type KnownRecord, type LongParts, type Undone, type Whereabouts } from './records'
import type { MadeBy } from './made-consumers'
import { isWanted, type Wanted } from './wanted'
import { openJournalFile, type JournalLimits } from './writing'
import { message } from '../../../shared/words/messages'

export type { JournalBatch } from './batches'
export type NewRecord = Omit<BeginLine, 't' | 'id' | 'at'>

export interface Outcome {
  /** Server time by which it was done, at the latest. */
  readonly until: number
  readonly counts: JobCounts
  /** Those of the intent's entries that were not changed. */
  readonly except: readonly EntryId[]
  /** Entries of which a copy was written, with the copy's id. */
  readonly copies?: readonly (readonly [EntryId, EntryId])[]
  /** A digest of what each of them was given, in their order. */
  readonly held?: readonly string[] | undefined
  /** Of the others: what somebody else may have changed instead. */
  readonly unsure?: readonly EntryId[] | undefined
  /** Of a claim that keeps the idle time. */
  readonly moved?: MovedEntries | undefined
  /** Of a change of a group: where it stood in that moment. */
  readonly stood?: GroupStoodLine
}

/**
 * The pen of one record, and what shows other processes that this one is at work. Every method throws STORAGE when the disk fails; then the record takes no more batches. */
export interface RecordWriter {
  readonly id: string
  /**
   * To be asked before each command. Throws STORAGE where this process stood still for so long that others may have taken
   * it for dead, and undone what it did.
   */
  requireAlive(): void
  /**
   * On the disk when it resolves: only then may the batch be sent. `at`: server time of the reading; `to`: who gets it;
   * `atomic`: what it copies it acks in the same step.
   */
  intent(batch: number, at: number, prior: readonly PriorEntry[], to?: Bytes | null, atomic?: boolean): Promise<void>
  outcome(batch: number, outcome: Outcome): Promise<void>
  /** On the disk when it resolves: only then may anything go that the file has. Written once for each file. */
  backup(file: string): Promise<void>
  /** The consumers that got entries by it. */
  touched(consumers: Touches, group?: Bytes): Promise<void>
  /** The consumers that were made by giving them entries; what was told before is told again. */
  madeConsumers(consumers: readonly MadeConsumer[]): Promise<void>
  /** The stream that was made, as it is left. */
  made(stream: NamedMark): Promise<void>
  /** Ends it for this process even when the disk fails. */
  end(end: {
    state: JobState
    counts: JobCounts
    error: AppErrorInfo | null
    backupFile?: string | null
    left?: UndoLeft | undefined
    server?: ServerIdentity | undefined
  }): Promise<void>
}

export interface Journal {
  begin(record: NewRecord): Promise<RecordWriter>
  /**
   * Newest first, those of other running Sluices included. Nothing is older than a `before` that is no longer there: only
   * the oldest files are ever removed. Throws STORAGE when the folder can't be read.
   */
  list(filter: Wanted & { before?: string | undefined; count: number }): Promise<{
    records: readonly JournalRecord[]
    next: string | null
    damaged: number
    /** Files in the format of a newer Sluice, of which this one may not understand all. */
    newer: number
  }>
  /** As all running Sluices know it by now. Throws NOT_FOUND, and STORAGE when the folder can't be read. */
  record(id: string): Promise<JournalRecord>
  /** The same, with what was asked for, read from the disk. */
  get(id: string): Promise<{ readonly record: JournalRecord } & LongParts & Whereabouts>
  /** Of the records since this one on the same group: those that undos were begun of, and which. The oldest first. */
  undoneSince(id: string): Promise<readonly Undone[]>
  /** The undos begun of a record. The oldest first. */
  undosOf(id: string): Promise<readonly string[]>
  /** Of the records since this one on the same group: those that may hold its entries, and can be undone still. The oldest first. */
  holdersSince(id: string): Promise<readonly string[]>
  /** The batches of a record, read back from the disk, in order. */
  batches(id: string): AsyncGenerator<JournalBatch>
  /** The consumers of a group that were given entries, as far as this process knows by now: the last time of each. */
  touched(connectionId: string, key: Bytes, group: Bytes): Touches
  /** The consumers of a group that were made by giving them entries, as far as this process knows by now: the last time of each. */
  madeConsumers(connectionId: string, key: Bytes, group: Bytes): readonly MadeBy[]
  /** Entries that consumers of a group were given as idle as they were, as far as this process knows by now. */
  moved(connectionId: string, key: Bytes, group: Bytes): readonly MovedEntries[]
  close(): Promise<void>
}

const BY_NEWER = message('undo.by-newer')

/** Opens the journal of a data directory and reads what earlier runs wrote. Damaged lines are counted and passed over. */
export async function openJournal(dataDir: string, limits?: JournalLimits, times?: PresenceTimes): Promise<Journal> {
  const folder = path.join(dataDir, 'journal')
  const records = createRecords()
  const isUnfinished = (file: string): boolean =>
    records.all().some((record) => record.file === file && record.end === null)
  const presence = createPresence(dataDir, times)
  const { isBeingWritten } = presence
  const isForeign = (file: string): boolean => others.isNewer(file)
  const needs = { isNeeded: isUnfinished, isForeign, isBeingWritten }
  const own = openJournalFile(folder, needs, limits)
  const others = createFollower({
    folder,
    isOwn: own.owns,
    isBeingWritten,
    isUnfinished,
    onLine: records.apply,
    // What is our own is told by its writer: it may be younger than the list.
    onFiles: (files) => records.keepOnly((file) => files.has(file) || own.owns(file)),
  })
  try {
    await others.refresh()
  } catch (error) {
    if (!isAppError(error, 'STORAGE')) throw error // Whoever lists is told; until then there is more to do than this.
  }

  const append = async (line: JournalLine, sync: boolean, begunIn?: string): Promise<string> => {
    const file = await own.append(line, sync, begunIn)
    records.apply(line, file)
    return file
  }
  const none = (id: string): AppError => new AppError('NOT_FOUND', { what: 'journal record', name: id })
  const find = (id: string): KnownRecord => {
    const known = records.get(id)
    if (!known) throw none(id)
    return known
  }
  const shown = (known: KnownRecord): JournalRecord => {
    const running = own.owns(known.file) || others.isLive(known.file)
    const record = shownRecord(known, running, {
      undoneBy: records.undoneBy(known.begin.id),
      partly: records.undonePartly(known.begin.id) ?? undefined,
    })
    if (!others.isNewer(known.file)) return record
    // Its batches may say what is not understood here.
    return { ...record, undo: { ...record.undo, possible: false, note: BY_NEWER } }
  }

  return {
    async begin(record) {
      const id = randomUUID()
      const hold = await presence.hold()
      try {
        const begunIn = await append({ t: 'begin', id, at: Date.now(), ...record }, true)
        return recordWriter({ id, begunIn, hold, append, remember: (line) => records.apply(line, begunIn) })
      } catch (error) {
        hold.release()
        throw error
      }
    },
    async list({ before, count, ...filter }) {
      await others.refresh()
      const all = records.all()
      const at = all.findIndex(({ begin }) => begin.id === before)
      const older = before === undefined ? all : at === -1 ? [] : all.slice(at + 1)
      const wanted = older.filter(({ begin }) => isWanted(begin, filter))
      const page = wanted.slice(0, count)
      const next = wanted.length > count ? (page.at(-1)?.begin.id ?? null) : null
      return { records: page.map(shown), next, damaged: others.damaged(), newer: others.newer() }
    },
    async record(id) {
      await others.refresh()
      return shown(find(id))
    },
    async get(id) {
      await others.refresh()
      const known = find(id)
      const begin = await readBegin(known.file, id)
      if (!begin) throw none(id)
      const { request, restore, stream, atomic } = begin
      const server = known.end?.server ?? begin.server
      const beside = [...(begin.beside ?? []), ...(known.made === undefined ? [] : [known.made])]
      const groupChange = begin.groupChange && (await asItStood(folder, known.file, id, begin.groupChange))
      return { record: shown(known), request, groupChange, restore, server, stream, beside, atomic }
    },
    async undoneSince(id) {
      await others.refresh()
      return records.undoneSince(id)
    },
    async undosOf(id) {
      await others.refresh()
      return records.undosOf(id)
    },
    async holdersSince(id) {
      await others.refresh()
      return records.holdersSince(id)
    },
    async *batches(id) {
      yield* readBatches(folder, id, find(id).file)
    },
    touched: records.touched,
    madeConsumers: records.madeConsumers,
    moved: records.moved,
    async close() {
      await own.close()
      await presence.close()
    },
  }
}

/** What the change itself read is younger than what its beginning could tell. */
async function asItStood<T extends NonNullable<BeginLine['groupChange']>>(
  folder: string,
  file: string,
  id: string,
  change: T,
): Promise<T> {
  const stood = await readStood(folder, id, file)
  return stood === null ? change : { ...change, before: { ...change.before, ...stood } }
}

interface Pen {
  readonly id: string
  readonly begunIn: string
  readonly hold: Hold
  append(line: JournalLine, sync: boolean, begunIn?: string): Promise<unknown>
  /** For this process only. */
  remember(line: JournalLine): void
}

function recordWriter({ id, begunIn, hold, append, remember }: Pen): RecordWriter {
  let failure: Error | null = null
  let backedUp: string | null = null
  /** After a line is missing the next would not tell the truth. */
  const appendNext = async (line: JournalLine, sync: boolean): Promise<void> => {
    if (failure) throw failure
    try {
      await append(line, sync, begunIn)
    } catch (error) {
      failure = error as Error
      throw error
    }
  }
  return {
    id,
    requireAlive: hold.require,
    async intent(batch, at, prior, to = null, atomic) {
      hold.require()
      await appendNext(packIntent(id, batch, { at, prior, to, atomic }), true)
    },
    outcome(batch, { until, counts, except, copies = [], held, unsure, moved, stood }) {
      const pairs = copies.map(([entry, copy]): [EntryId, EntryId] => [entry, copy])
      const told = unsure === undefined ? {} : { unsure: [...unsure] }
      const digests = held === undefined ? {} : { held: [...held] }
      const given = moved && { ...moved, ids: [...moved.ids] }
      const line = { until, counts, except: [...except], copies: pairs, ...digests, ...told, moved: given, stood }
      return appendNext({ t: 'outcome', id, batch, ...line }, false)
    },
    async backup(file) {
      if (file !== backedUp) await appendNext({ t: 'backup', id, at: Date.now(), file }, true)
      backedUp = file
    },
    made: (stream) => appendNext({ t: 'made', id, stream }, false),
    madeConsumers: (consumers) => appendNext({ t: 'madeConsumers', id, consumers: [...consumers] }, false),
    touched: (consumers, group) => appendNext({ t: 'touched', id, group, consumers: [...consumers] }, false),
    async end({ state, counts, error, backupFile = null, left, server }) {
      const line: JournalLine = { t: 'end', id, at: Date.now(), state, counts, error, backupFile, left, server }
      try {
        await append(line, true)
      } catch (failed) {
        remember(line)
        throw failed
      } finally {
        hold.release()
      }
    },
  }
}
