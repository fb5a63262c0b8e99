import type { JournalRecord } from '../../model/journal'
import { recoveryAction } from '../../model/plan'
import { displayName } from '../../format/display-name'
import { formatCount, formatNoun } from '../../format/format-count'
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

type Counts = Pick<JournalRecord, 'counts' | 'state'>

/** How many entries, and how many not: "988 changed, 9 left alone, 3 gone". */
function entryCounts({ counts }: Counts): string {
  const parts = [formatNoun(counts.changed, 'entry', 'entries')]
  if (counts.leftAlone > 0) parts.push(`${formatCount(counts.leftAlone)} left alone`)
  if (counts.gone > 0) parts.push(`${formatCount(counts.gone)} gone`)
  if (counts.dropped > 0) parts.push(`${formatCount(counts.dropped)} dropped`)
  if (counts.unknown > 0) parts.push(`${formatCount(counts.unknown)} unknown`)
  return parts.join(', ')
}

/** It counts the group itself as one, and did all once it is done. */
function destroyed(record: Counts): string {
  const acked = record.counts.changed - 1
  if (record.state !== 'done') return entryCounts(record)
  return acked > 0 ? `destroyed, ${formatNoun(acked, 'entry', 'entries')} acked` : 'destroyed'
}

function created({ state }: Counts): string {
  return state === 'done' ? 'created' : ''
}

function whenChanged(words: string): (record: Counts) => string {
  return ({ counts }) => (counts.changed > 0 ? words : '')
}

/** What each action is called, and what is told of how much it changed. */
const ACTIONS: Readonly<Record<JournalRecord['action'], readonly [name: string, counts: (record: Counts) => string]>> =
  {
    claim: ['claim', entryCounts],
    spread: ['spread', entryCounts],
    ack: ['ack', entryCounts],
    ackDelete: ['ack delete', entryCounts],
    deadLetter: ['dead letter', entryCounts],
    requeue: ['requeue', entryCounts],
    release: ['release', entryCounts],
    autoClaim: ['auto claim', entryCounts],
    handle: ['handle', entryCounts],
    trim: ['trim', entryCounts],
    delete: ['delete', entryCounts],
    redrive: ['redrive', entryCounts],
    'remove consumer': ['remove consumer', whenChanged('removed')],
    'set id': ['set id', whenChanged('set')],
    'destroy group': ['destroy group', destroyed],
    'restore entries': ['restore entries', entryCounts],
    'restore stream': ['restore stream', entryCounts],
    'swap streams': ['swap streams', whenChanged('swapped')],
    undo: ['undo', entryCounts],
    'add entry': ['add entry', entryCounts],
    'create group': ['create group', created],
    'create consumer': ['create consumer', created],
  }

/** An action's name in words: "ack delete" for ackDelete. */
export function actionWords(action: JournalRecord['action']): string {
  return ACTIONS[action][0]
}

/** What came of a record, in numbers. */
export function recordCounts(record: JournalRecord): string {
  return ACTIONS[record.action][1](record)
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
  return (state === 'cancelled' || state === 'interrupted') && RECOVERIES.has(action)
}
