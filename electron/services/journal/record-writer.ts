import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { AppErrorInfo } from '../../../shared/error-data'
import type { JobCounts, JobState } from '../../../shared/model/job'
import type { PriorEntry } from '../../../shared/model/journal'
import type { MovedEntries } from '../inspection/moved-entries'
import type { MadeConsumer, Touches } from '../inspection/own-signs'
import type { ServerIdentity } from './identity'
import { packIntent, type GroupStoodLine, type JournalLine, type NamedMark, type UndoLeft } from './lines'
import type { Hold } from './own-sign'

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

interface Pen {
  readonly id: string
  readonly begunIn: string
  readonly hold: Hold
  append(line: JournalLine, sync: boolean, begunIn?: string): Promise<unknown>
  /** For this process only. */
  remember(line: JournalLine): void
}

export function recordWriter({ id, begunIn, hold, append, remember }: Pen): RecordWriter {
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
