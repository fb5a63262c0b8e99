import { displayBytes } from '../../shared/bytes'
import type { JournalRecord } from '../../shared/model/journal'
import { formatCount, formatNoun } from './format-count'
import type { HealthWords } from './stream-health'

const STATES: Readonly<Record<JournalRecord['state'], HealthWords>> = {
  running: { health: 'quiet', label: 'Running' },
  done: { health: 'good', label: 'Done' },
  cancelled: { health: 'warn', label: 'Cancelled' },
  interrupted: { health: 'warn', label: 'Interrupted' },
  failed: { health: 'bad', label: 'Failed' },
}

export function recordState(record: JournalRecord): HealthWords {
  return STATES[record.state]
}

export function recordPlace({ key, group }: JournalRecord): string {
  return group === null ? displayBytes(key) : `${displayBytes(key)} / ${displayBytes(group)}`
}

/** How many entries, and how many not: "988 changed, 9 left alone, 3 gone". */
export function recordCounts({ counts, action, state }: JournalRecord): string {
  if (action === 'create group') return state === 'done' ? 'created' : ''
  const parts = [formatNoun(counts.changed, 'entry', 'entries')]
  if (counts.leftAlone > 0) parts.push(`${formatCount(counts.leftAlone)} left alone`)
  if (counts.gone > 0) parts.push(`${formatCount(counts.gone)} gone`)
  if (counts.dropped > 0) parts.push(`${formatCount(counts.dropped)} dropped`)
  if (counts.unknown > 0) parts.push(`${formatCount(counts.unknown)} unknown`)
  return parts.join(', ')
}

export interface JournalFilter {
  /** Empty: every connection. */
  readonly connectionId: string
  /** Empty: every action. */
  readonly action: JournalRecord['action'] | ''
  /** Part of a stream's, group's or summary's text. */
  readonly text: string
}

export function matchesFilter(record: JournalRecord, { connectionId, action, text }: JournalFilter): boolean {
  if (connectionId !== '' && record.connectionId !== connectionId) return false
  if (action !== '' && record.action !== action) return false
  const words = text.trim().toLowerCase()
  return words === '' || `${recordPlace(record)}\n${record.summary}`.toLowerCase().includes(words)
}
