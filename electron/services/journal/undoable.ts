import { AppError } from '../../../shared/error'
import type { JournalRecord } from '../../../shared/model/journal'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

/** Throws BAD_INPUT where a record can't be undone, with the reason. Whether this is its server is `undoing.ts`'s to ask. */
export function requireUndoable({ undo, state }: JournalRecord): void {
  if (!undo.possible) throw notUndoable(undo.note)
  if (state === 'running') throw notUndoable(message('undo.still-running'))
  if (undo.undoneBy !== null) throw notUndoable(message('undo.undone-already'))
}

/** Of what a record changed, or may have: what its undos have not given back yet. */
export function leftToUndo({ counts, undo }: JournalRecord): number {
  // Of a batch without an outcome nothing is in the counts, and its undo may find some.
  return Math.max(0, counts.changed + counts.unknown - (undo.partly?.back ?? 0))
}

export function notUndoable(problem: Message): AppError {
  return new AppError('BAD_INPUT', { field: 'recordId', problem, remedy: message('undo.choose-undoable') })
}
