import { AppError } from '../../../shared/error'
import type { JournalRecord } from '../../../shared/model/journal'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

/** Throws BAD_INPUT where a record can't be undone on this connection, with the reason. */
export function requireUndoable({ connectionId, undo, state }: JournalRecord, here: string): void {
  if (connectionId !== here) throw notUndoable(message('undo.other-connection'))
  if (!undo.possible) throw notUndoable(undo.note)
  if (state === 'running') throw notUndoable(message('undo.still-running'))
  if (undo.undoneBy !== null) throw notUndoable(message('undo.undone-already'))
}

export function notUndoable(problem: Message): AppError {
  return new AppError('BAD_INPUT', { field: 'recordId', problem, remedy: message('undo.choose-undoable') })
}
