import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { EntryId } from '../../../shared/entry-id'
import { AppError, type AppErrorInfo } from '../../../shared/error'
import type { JobCounts, JobState } from '../../../shared/model/job'
import type { JournalRecord, PriorEntry } from '../../../shared/model/journal'
import { addCounts, noCounts } from '../job-counts'
import { isBeingWritten, journalFiles, openJournalFile, readLines } from './files'
import { packIntent, unpackIntent, type BeginLine, type JournalLine } from './lines'

export type NewRecord = Omit<BeginLine, 't' | 'id' | 'at'>

/** The pen of one record. Every method throws STORAGE when the disk fails. */
export interface RecordWriter {
  readonly id: string
  /** On the disk when it resolves: only then may the batch be sent. */
  intent(batch: number, at: number, prior: readonly PriorEntry[]): Promise<void>
  outcome(batch: number, outcome: { until: number; counts: JobCounts; except: readonly EntryId[] }): Promise<void>
  end(end: {
    state: JobState
    counts: JobCounts
    error: AppErrorInfo | null
    backupFile?: string | null
  }): Promise<void>
}

/** One batch as it was before, and which of its entries were changed. `until` null: no outcome was written. */
export interface JournalBatch {
  readonly at: number
  readonly until: number | null
  readonly changed: readonly PriorEntry[]
}

export interface Journal {
  begin(record: NewRecord): Promise<RecordWriter>
  list(filter: { connectionId?: string | undefined; before?: string | undefined; count: number }): {
    records: readonly JournalRecord[]
    next: string | null
    damaged: number
  }
  get(id: string): { readonly record: JournalRecord; readonly to: BeginLine['to'] }
  /** The batches of a record, read back from the disk, in order. */
  batches(id: string): AsyncGenerator<JournalBatch>
  close(): Promise<void>
}

interface Indexed {
  record: JournalRecord
  readonly begin: BeginLine
}

/** Opens the journal of a data directory and reads what earlier runs wrote. Damaged lines are counted and passed over. */
export async function openJournal(dataDir: string): Promise<Journal> {
  const folder = path.join(dataDir, 'journal')
  const file = openJournalFile(folder)
  const index = new Map<string, Indexed>()
  let damaged = 0

  const apply = (line: JournalLine, running: boolean): void => {
    if (line.t === 'begin') {
      index.set(line.id, { begin: line, record: recordOf(line, running) })
      return
    }
    const known = index.get(line.id)
    if (!known) return
    if (line.t === 'outcome') known.record = { ...known.record, counts: addCounts(known.record.counts, line.counts) }
    if (line.t !== 'end') return
    const { at, state, counts, error, backupFile } = line
    known.record = { ...known.record, endedAt: at, state, counts, error, backupFile }
    const undone = known.begin.undoes === null ? undefined : index.get(known.begin.undoes)
    if (undone && state === 'done') {
      undone.record = { ...undone.record, undo: { ...undone.record.undo, undoneBy: line.id } }
    }
  }
  for (const old of await journalFiles(folder)) {
    const running = isBeingWritten(old)
    for await (const line of readLines(old, (text) => !text.startsWith('{"t":"intent"'))) {
      if (line) apply(line, running)
      else damaged += 1
    }
  }
  const append = async (line: JournalLine, sync: boolean): Promise<void> => {
    await file.append(line, sync)
    apply(line, true)
  }
  const find = (id: string): Indexed => {
    const known = index.get(id)
    if (!known) throw new AppError('NOT_FOUND', { what: 'journal record', name: id }, 'The journal has no such record.')
    return known
  }

  return {
    async begin(record) {
      const id = randomUUID()
      await append({ t: 'begin', id, at: Date.now(), ...record }, true)
      return {
        id,
        intent: (batch, at, prior) => append(packIntent(id, batch, at, prior), true),
        outcome: (batch, { until, counts, except }) =>
          append({ t: 'outcome', id, batch, until, counts, except: [...except] }, false),
        end: ({ state, counts, error, backupFile = null }) =>
          append({ t: 'end', id, at: Date.now(), state, counts, error, backupFile }, true),
      }
    },
    list({ connectionId, before, count }) {
      const all = [...index.values()]
        .map(({ record }) => record)
        .filter((record) => connectionId === undefined || record.connectionId === connectionId)
        .reverse()
      const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1
      const records = all.slice(from, from + count)
      const last = records.at(-1)
      return { records, next: last && from + count < all.length ? last.id : null, damaged }
    },
    get(id) {
      const { record, begin } = find(id)
      return { record, to: begin.to }
    },
    async *batches(id) {
      find(id)
      const waiting = new Map<number, { at: number; prior: readonly PriorEntry[] }>()
      for (const each of await journalFiles(folder)) {
        for await (const line of readLines(each, (text) => text.includes(id))) {
          if (line?.id !== id) continue
          if (line.t === 'intent') waiting.set(line.batch, { at: line.at, prior: unpackIntent(line) })
          if (line.t !== 'outcome') continue
          const intent = waiting.get(line.batch)
          if (!intent) continue
          waiting.delete(line.batch)
          const except = new Set(line.except)
          yield { at: intent.at, until: line.until, changed: intent.prior.filter((entry) => !except.has(entry.id)) }
        }
      }
      for (const { at, prior } of waiting.values()) yield { at, until: null, changed: prior }
    },
    close: () => file.close(),
  }
}

function recordOf(line: BeginLine, running: boolean): JournalRecord {
  const { id, at, connectionId, connectionName, action, key, group, summary, commands, undo } = line
  return {
    ...{ id, at, connectionId, connectionName, action, key, group, summary, commands },
    endedAt: null,
    state: running ? 'running' : 'interrupted',
    counts: noCounts,
    error: null,
    undo: { ...undo, undoneBy: null },
    backupFile: null,
  }
}
