import { isAppError } from '../../../shared/error'
import type { Job } from '../../../shared/model/job'
import type { JournalRecord } from '../../../shared/model/journal'
import type { SweepUndoPlan, SweepUndoRow } from '../../../shared/model/sweep'
import type { UndoPlan, UndoPlanning } from '../../../shared/model/undo-plan'
import { errorInfo } from '../lib/error-info'
import type { WriteGrant } from '../jobs/write-grant'

/** What takes back one record: see `undoing.ts`. */
export interface UndoesOne {
  plan(connectionId: string, order: { recordId: string }, signal?: AbortSignal): AsyncGenerator<UndoPlanning, void>
  undo(grant: WriteGrant, order: { recordId: string; accepts?: readonly string[] | undefined }): Promise<Job>
}

/** Of the records of a sweep those that an undo is for, the last one first: they are undone in that order. */
export function toUndo(records: readonly JournalRecord[]): readonly JournalRecord[] {
  return records.filter(isToUndo).toReversed()
}

/** What is for good is none of an undo's, nor what came to nothing. Of one that was cut short more may have been done than it says. */
function isToUndo({ undo, counts, state }: JournalRecord): boolean {
  return undo.possible && undo.undoneBy === null && (counts.changed + counts.unknown > 0 || state === 'interrupted')
}

/**
 * What an undo of a sweep would give back, record by record; the plan comes last. Reads only. What is no longer to be undone, or what
 * its server refuses, is a row that says so. Throws UNREACHABLE, and whatever is no answer of Redis.
 */
export async function* planSweepUndo(
  undoes: UndoesOne,
  connectionId: string,
  sweepId: string,
  records: readonly JournalRecord[],
  signal?: AbortSignal,
): AsyncGenerator<{ readonly walked: number; readonly total: number }, SweepUndoPlan> {
  const rows: SweepUndoRow[] = []
  const sums = { groups: 0, failed: 0, entries: 0, leftAlone: 0, gone: 0 }
  const chosen = toUndo(records)
  for (const { id: recordId, key, group } of chosen) {
    signal?.throwIfAborted()
    const about = { recordId, key, group }
    try {
      const plan = await planOf(undoes, connectionId, recordId, signal)
      const { entries, leftAlone, gone, doubts = [] } = plan
      rows.push({ ...about, entries, leftAlone, gone, doubts, error: null })
      sums.groups += entries > 0 ? 1 : 0
      sums.entries += entries
      sums.leftAlone += leftAlone
      sums.gone += gone
    } catch (error) {
      if (!isAppError(error) || isAppError(error, 'UNREACHABLE')) throw error
      rows.push({ ...about, entries: 0, leftAlone: 0, gone: 0, doubts: [], error: errorInfo(error) })
      sums.failed += 1
    }
    yield { walked: rows.length, total: chosen.length }
  }
  const undone = records.filter(({ undo }) => undo.undoneBy !== null).length
  return { sweepId, rows, undone, sums }
}

async function planOf(
  undoes: UndoesOne,
  connectionId: string,
  recordId: string,
  signal: AbortSignal | undefined,
): Promise<UndoPlan> {
  for await (const step of undoes.plan(connectionId, { recordId }, signal)) {
    if (step.state === 'ready') return step.plan
  }
  signal?.throwIfAborted()
  throw new Error('a plan came to no end')
}
