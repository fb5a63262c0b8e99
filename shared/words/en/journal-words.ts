import type { Count } from '../../count'
import type { JournalLine } from '../../judgement/journal-lines'
import { changedNothing } from '../../judgement/job-outcome'
import { pluralForm } from '../../format/format-count'
import { formatUtc } from '../../format/format-time'
import type { JournalRecord } from '../../model/journal'
import type { Who } from '../../model/who'
import { displayName } from '../../format/display-name'
import { formatCount, formatNoun } from '../../format/format-count'
import { sentence } from '../messages'
import { undonePartly } from './undo-words'
import type { HealthLabel } from '../health-label'

const STATES: Readonly<Record<JournalRecord['state'], HealthLabel>> = {
  running: { health: 'quiet', label: 'Running' },
  done: { health: 'good', label: 'Done' },
  cancelled: { health: 'warn', label: 'Cancelled' },
  interrupted: { health: 'warn', label: 'Interrupted' },
  failed: { health: 'bad', label: 'Failed' },
}

/** What of *handle* was refused may have been claimed before: the record does not tell. */
function recordState(record: JournalRecord): HealthLabel {
  return record.action !== 'handle' && changedNothing({ ...record, kind: record.action, failures: [] })
    ? { health: 'warn', label: 'Nothing changed' }
    : STATES[record.state]
}

function recordSubject({ key, group }: JournalRecord): string {
  return group === null ? displayName(key) : `${displayName(key)} / ${displayName(group)}`
}

function whoWas(who: Who | null): string {
  if (who === null) return 'not recorded'
  switch (who.by) {
    case 'user':
      return who.name
    case 'proxy':
      return `${who.name} (named by the proxy)`
    case 'token':
      return `token ${who.name}`
    case 'system':
      return `${who.name} (runs this Sluice)`
    case 'assistant':
      return `an assistant of ${who.name}`
    case 'password':
      return 'somebody with the password'
    case 'rule':
      return `rule ${who.name}`
  }
}

type Counts = Pick<JournalRecord, 'counts' | 'state'>

/** How many entries, and how many not: "988 changed, 9 left alone, 3 gone". */
function entryCounts({ counts }: Counts): string {
  const parts = [formatNoun(counts.changed, 'entry', 'entries')]
  if (counts.leftAlone > 0) parts.push(`${formatCount(counts.leftAlone)} left alone`)
  if (counts.gone > 0) parts.push(`${formatCount(counts.gone)} gone`)
  if (counts.dropped > 0) parts.push(`${formatCount(counts.dropped)} dropped`)
  if (counts.unknown > 0) parts.push(`${formatCount(counts.unknown)} unknown`)
  if (counts.kept !== undefined) parts.push(`${formatCount(counts.kept)} of them kept in the stream`)
  if (counts.wasGone !== undefined) parts.push(`${formatCount(counts.wasGone)} of them gone before`)
  if (counts.written !== undefined) parts.push(`${formatCount(counts.written)} written to hashes`)
  const { hashesBack = 0, hashesLeft = 0 } = counts
  if (hashesBack > 0) parts.push(`${formatNoun(hashesBack, 'hash', 'hashes')} given back`)
  if (hashesLeft > 0) parts.push(`${formatNoun(hashesLeft, 'hash', 'hashes')} changed since`)
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
    'make pending': ['make pending', entryCounts],
    'restore entries': ['restore entries', entryCounts],
    copy: ['copy', entryCounts],
    'restore stream': ['restore stream', entryCounts],
    'swap streams': ['swap streams', whenChanged('swapped')],
    undo: ['undo', entryCounts],
    'add entry': ['add entry', entryCounts],
    'create group': ['create group', created],
    'create consumer': ['create consumer', created],
    'show masked': ['show masked', () => ''],
  }

/** An action's name in words: "ack delete" for ackDelete. */
function actionWords(action: JournalRecord['action']): string {
  return ACTIONS[action][0]
}

/** What came of a record, in numbers. */
function recordCounts(record: JournalRecord): string {
  return ACTIONS[record.action][1](record)
}

/** What was done, of a sweep in how many of its groups: those that it was cut short before have no record. */
function lineSummary({ record, parts }: JournalLine): string {
  const groups = record.sweep?.groups ?? 0
  if (parts.length === 0) return sentence(record.summary)
  const [what = '', ...others] = new Set(parts.map(({ summary }) => sentence(summary)))
  const some = parts.length === groups ? '' : `${formatCount(parts.length)} of `
  return `${some}${formatNoun(groups, 'group')}: ${others.length === 0 ? what : actionWords(record.action)}`
}

export const journalWords = {
  when: 'When',
  state: 'State',
  what: 'What',
  where: 'Where',
  who: 'Who',
  whoWas,
  connection: 'Connection',
  outcome: 'Outcome',
  undo: 'Undo',
  journal: 'Journal',
  showGroups: 'Show its groups',
  hideGroups: 'Hide its groups',
  noMatch: 'No record matches',
  noMatchText: 'Clear the filter to see all.',
  changed: 'Changed',
  leftAlone: 'Left alone',
  gone: 'Left out: gone from the stream',
  dropped: 'Dropped by Redis: gone from the stream',
  written: 'Written to hashes',
  kept: 'Acked, kept in the stream',
  wasGone: 'Acked, gone from the stream before',
  hashesBack: 'Hashes given back',
  hashesLeft: 'Hashes changed since, left alone',
  unknownOutcome: 'Outcome unknown: no answer came',
  recordOf: (summary: string) => `Record: ${summary}`,
  took: 'Took',
  stream: 'Stream',
  group: 'Group',
  backup: 'Backup',
  commands: 'Commands',
  commandsSent: 'Commands sent',
  copyCommands: 'Copy the commands',
  commandsAsRedisCli: 'Commands as redis-cli lines',
  allConnections: 'All connections',
  allActions: 'All actions',
  atAnyTime: 'At any time',
  inLastHour: 'In the last hour',
  inLast24Hours: 'In the last 24 hours',
  inLast7Days: 'In the last 7 days',
  inLast30Days: 'In the last 30 days',
  filterLabel: 'Filter by stream, group, text or who it was',
  filterPlaceholder: 'Stream, group, text or who',
  action: 'Action',
  time: 'Time',
  backups: 'Backups',
  newer: (newer: Count) =>
    `A newer Sluice wrote ${formatNoun(newer, 'file')} of the journal: some of it may be missing here, and nothing of it can be undone here.`,
  readingJournal: 'Reading the journal',
  nothingYet: 'Nothing has been done from here yet',
  nothingYetText:
    'Every claim, ack, trim and undo is written here before it is sent, with the commands and a way back.',
  openStream: 'Open stream',
  openGroup: 'Open group',
  exported: {
    where: 'where',
    whereOn: (subject: string, connection: string) => `${subject} on ${connection}`,
    who: 'who',
    state: 'state',
    stateEnded: (state: string, endedAt: number | null) =>
      endedAt === null ? state : `${state}, ended ${formatUtc(endedAt)}`,
    outcome: 'outcome',
    error: 'error',
    undone: 'undone',
    byRecord: (id: string) => `by record ${id}`,
    backup: 'backup',
  },
  damaged: (lines: Count) =>
    `${formatNoun(lines, 'line')} of the journal could not be read and ${pluralForm(lines, { one: 'was', other: 'were' })} skipped.`,
  undonePartly,
  recordState,
  recordSubject,
  lineSummary,
  actionName: actionWords,
  recordCounts,
}
