import { AppError } from '../../../shared/error'
import type { JournalRecord } from '../../../shared/model/journal'

/** Throws BAD_INPUT where a record can't be undone on this connection, with the reason in words. */
export function requireUndoable({ connectionId, undo, state }: JournalRecord, here: string): void {
  if (connectionId !== here) throw notUndoable('It was done on another connection.')
  if (!undo.possible) throw notUndoable(undo.note)
  if (state === 'running') throw notUndoable('It is still running. Cancel it first.')
  if (undo.undoneBy !== null) throw notUndoable('It has been undone already.')
}

export function notUndoable(why: string): AppError {
  return new AppError('BAD_INPUT', { field: 'recordId', remedy: 'Choose a record that offers Undo.' }, why)
}
