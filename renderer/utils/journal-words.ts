import type { JournalRecord } from '../../shared/model/journal'
import { recoveryAction } from '../../shared/model/plan'
import { displayName } from './display-name'
import { formatCount, formatNoun } from './format-count'
import type { HealthWords } from './health-words'

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
  return group === null ? displayName(key) : `${displayName(key)} / ${displayName(group)}`
}

/** An action's name in words: "ack delete" for ackDelete. */
export function actionWords(action: JournalRecord['action']): string {
  return action.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

/** How many entries, and how many not: "988 changed, 9 left alone, 3 gone". */
export function recordCounts({ counts, action, state }: JournalRecord): string {
  if (action === 'create group') return state === 'done' ? 'created' : ''
  if (action === 'remove consumer') return counts.changed > 0 ? 'removed' : ''
  if (action === 'set id') return counts.changed > 0 ? 'set' : ''
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
  /** Begun no longer ago than this, ms; 0: at any time. */
  readonly withinMs: number
  /** Part of a stream's, group's or summary's text. */
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
  const words = text.trim().toLowerCase()
  return words === '' || `${recordPlace(record)}\n${record.summary}`.toLowerCase().includes(words)
}

const RECOVERIES: ReadonlySet<string> = new Set(recoveryAction.options.map(({ shape }) => shape.kind.value))

/** It stopped before its end, and what it left undone can be asked for again. */
export function isResumable({ state, action }: JournalRecord): boolean {
  return (state === 'cancelled' || state === 'interrupted') && isRecovery(action)
}

/** What was asked for can be asked for again, for all of it or for some. */
export function isRecovery(action: string): boolean {
  return RECOVERIES.has(action)
}
