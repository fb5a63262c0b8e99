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
  /** Part of a stream's, group's or summary's text, of who it was, or of the patterns of its sweep. */
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
    [
      words.journal.recordSubject(record),
      sentence(record.summary),
      words.journal.whoWas(record.who),
      record.sweep === undefined ? '' : `${record.sweep.stream} / ${record.sweep.group}`,
    ]
      .join('\n')
      .toLowerCase()
      .includes(typed)
  )
}

const RECOVERIES: ReadonlySet<string> = new Set(recoveryAction.options.map(({ shape }) => shape.kind.value))

export type ResumedAs = 'recovery' | 'copy'

interface Stopped extends Pick<JournalRecord, 'state' | 'action'> {
  /** Null: nothing of it was taken back. */
  readonly undo: Pick<JournalRecord['undo'], 'undoneBy' | 'partly'> | null
}

/** How a record that stopped before its end can be gone on with; null: it can't. */
export function resumedAs({ state, action, undo }: Stopped): ResumedAs | null {
  const isStopped = state === 'cancelled' || state === 'interrupted'
  if (action === 'copy') {
    const isUndone = undo !== null && (undo.undoneBy !== null || undo.partly !== undefined)
    return (isStopped || state === 'failed') && !isUndone ? 'copy' : null
  }
  return isStopped && RECOVERIES.has(action) ? 'recovery' : null
}
