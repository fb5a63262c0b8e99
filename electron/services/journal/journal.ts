import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { Bytes } from '../../../shared/bytes'
import { AppError, isAppError } from '../../../shared/error'
import type { ClaimSeen } from '../../../shared/model/claim-outcome'
import type { JournalRecord } from '../../../shared/model/journal'
import type { MovedEntries } from '../inspection/moved-entries'
import type { Touches } from '../inspection/own-signs'
import { readBatches, readBegin, readStood, type JournalBatch, type Span } from './batches'
import { createFollower } from './follower'
import type { BeginLine, JournalLine } from './lines'
import { createPresence, type PresenceTimes } from './presence'
import { recordWriter, type RecordWriter } from './record-writer'
import { createRecords, shownRecord, type KnownRecord, type LongParts, type Undone, type Whereabouts } from './records'
import type { MadeBy } from './made-consumers'
import { isWanted, type Wanted } from './wanted'
import { openJournalFile, type JournalLimits } from './writing'
import { message } from '../../../shared/words/messages'

export type { JournalBatch } from './batches'
export type { RecordWriter } from './record-writer'
export type NewRecord = Omit<BeginLine, 't' | 'id' | 'at'>

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
  /** The records of a sweep, the oldest first. Throws STORAGE when the folder can't be read. */
  ofSweep(sweepId: string): Promise<readonly JournalRecord[]>
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
  /** What was seen of the last claim in a group that was followed, as far as this process knows by now. */
  claimSeen(connectionId: string, key: Bytes, group: Bytes): ClaimSeen | null
  /** Whether no record on the same group was begun since this one. */
  isLast(id: string): Promise<boolean>
  /** Keeps what was seen of a claim. Throws STORAGE. */
  followed(id: string, end: ClaimSeen['end']): Promise<void>
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
    const at = await own.append(line, sync, begunIn)
    records.apply(line, at)
    return at.file
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
        return recordWriter({ id, begunIn, hold, append, remember: (line) => records.apply(line, null) })
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
    async ofSweep(sweepId) {
      await others.refresh()
      const parts = records.all().filter(({ begin }) => begin.sweep?.id === sweepId)
      return parts.toReversed().map(shown)
    },
    async record(id) {
      await others.refresh()
      return shown(find(id))
    },
    async get(id) {
      await others.refresh()
      const known = find(id)
      const begin = await readBegin(known.span, id)
      if (!begin) throw none(id)
      const { request, restore, stream, atomic } = begin
      const server = known.end?.server ?? begin.server
      const beside = [...(begin.beside ?? []), ...(known.made === undefined ? [] : [known.made])]
      const groupChange = begin.groupChange && (await asItStood(folder, known.span, id, begin.groupChange))
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
      yield* readBatches(folder, id, find(id).span)
    },
    touched: records.touched,
    madeConsumers: records.madeConsumers,
    moved: records.moved,
    claimSeen: records.claimSeen,
    async isLast(id) {
      await others.refresh()
      return records.isLast(id)
    },
    async followed(id, end) {
      await append({ t: 'followed', id, end, at: Date.now() }, false)
    },
    async close() {
      await own.close()
      await presence.close()
    },
  }
}

/** What the change itself read is younger than what its beginning could tell. */
async function asItStood<T extends NonNullable<BeginLine['groupChange']>>(
  folder: string,
  span: Span,
  id: string,
  change: T,
): Promise<T> {
  const stood = await readStood(folder, id, span)
  return stood === null ? change : { ...change, before: { ...change.before, ...stood } }
}
