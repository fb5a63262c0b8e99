import type { JobState } from '../model/job'
import type { JournalRecord } from '../model/journal'
import { addCounts } from './job-counts'

/** A line of the journal: a record, or all records of a sweep, which has one for each group. */
export interface JournalLine {
  /** Of the record, or of the sweep. */
  readonly id: string
  /** Of a sweep: what its records come to, at the time of the newest, with the patterns it was begun for. It is in no file. */
  readonly record: JournalRecord
  /** Of a sweep, in the order that they were given in; empty: it is one record. */
  readonly parts: readonly JournalRecord[]
}

/** Under which id a record is listed. */
export function lineOf({ id, sweep }: JournalRecord): string {
  return sweep?.id ?? id
}

/** One line for each sweep, where its first record stands. A sweep of a single group is the record of that group. */
export function journalLines(records: readonly JournalRecord[]): readonly JournalLine[] {
  const lines = new Map<string, JournalRecord[]>()
  for (const record of records) {
    const id = lineOf(record)
    const parts = lines.get(id)
    if (parts === undefined) lines.set(id, [record])
    else parts.push(record)
  }
  return [...lines].flatMap(([id, parts]) => {
    const [first] = parts
    if (first === undefined) return []
    return first.sweep === undefined || first.sweep.groups === 1
      ? [{ id: first.id, record: first, parts: [] }]
      : [{ id, record: sumOf(first, first.sweep, parts), parts }]
  })
}

/** What is to be seen of the whole, where its parts ended otherwise. */
const STATES: readonly JobState[] = ['running', 'interrupted', 'failed', 'cancelled', 'done']

function sumOf(
  first: JournalRecord,
  { id, stream, group }: NonNullable<JournalRecord['sweep']>,
  parts: readonly JournalRecord[],
): JournalRecord {
  const open = parts.find(({ undo }) => undo.possible && undo.undoneBy === null)
  const isUndone = parts.every(({ undo }) => undo.undoneBy !== null)
  const ends = parts.map(({ endedAt }) => endedAt)
  const { note, undoneBy } = (open ?? first).undo
  return {
    ...first,
    ...{ id, key: stream, group, commands: [], backupFile: null },
    endedAt: ends.reduce((last, end) => (last === null || end === null ? null : Math.max(last, end)), 0),
    state: STATES.find((state) => parts.some((part) => part.state === state)) ?? first.state,
    counts: parts.map(({ counts }) => counts).reduce(addCounts),
    error: parts.find(({ error }) => error !== null)?.error ?? null,
    undo: { possible: open !== undefined || isUndone, note, undoneBy: isUndone ? undoneBy : null },
  }
}
