import type { JournalRecord } from '../../shared/model/journal'
import { recoveryAction } from '../../shared/model/recovery-action'
import { words } from '../../shared/words/words'
import { sentence } from '../../shared/words/messages'

export interface JournalFilter {
  /** Empty: every connection. */
  readonly connectionId: string
  /** Empty: every action. */
  readonly action: JournalRecord['action'] | ''
  /** Begun no longer ago than this, ms; 0: at any time. */
  readonly withinMs: number
  /** Part of a stream's, group's or summary's text, or of who it was. */
  readonly text: string
}

export function matchesFilter(
  record: JournalRecord,
  { connectionId, action, withinMs, text }: JournalFilter,
  nowMs: number,
): boolean {
  if (connectionId !== '' && record.connectionId !== connectionId) return false
  if (action !== '' && record.action !== action) return false
  if (withinMs > 0 && record.at < nowMs - withinMs) return false
  const typed = text.trim().toLowerCase()
  return (
    typed === '' ||
    [words.journal.recordSubject(record), sentence(record.summary), words.journal.whoWas(record.who)]
      .join('\n')
      .toLowerCase()
      .includes(typed)
  )
}

const RECOVERIES: ReadonlySet<string> = new Set(recoveryAction.options.map(({ shape }) => shape.kind.value))

/** How a record that stopped before its end can be gone on with; null: it can't. */
export function resumedAs({ state, action, undo }: JournalRecord): 'recovery' | 'copy' | null {
  const isStopped = state === 'cancelled' || state === 'interrupted'
  if (action === 'copy')
    return (isStopped || state === 'failed') && undo.undoneBy === null && undo.partly === undefined ? 'copy' : null
  return isStopped && RECOVERIES.has(action) ? 'recovery' : null
}
