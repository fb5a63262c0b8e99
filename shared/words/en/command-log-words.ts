import { formatCompact, formatCount, formatNoun } from '../../format/format-count'
import { formatDuration } from '../../format/format-duration'
import { formatSize } from '../../format/format-size'
import type { Marks } from '../../logged-line'
import type { CommandOutcome, CommandRates, Sender, SenderKind } from '../../model/command-log'
import type { HealthLabel } from '../health-label'
import { journalWords } from './journal-words'

const SENDERS: Readonly<Record<SenderKind, string>> = {
  page: 'Page',
  job: 'Job',
  monitoring: 'Monitoring',
  upkeep: 'Connection upkeep',
  test: 'Connection test',
  other: 'Sluice itself',
}

const OUTCOMES: Readonly<Record<Exclude<CommandOutcome['kind'], 'error'>, HealthLabel & { readonly hint: string }>> = {
  waiting: { health: 'quiet', label: 'Waiting', hint: 'No reply has come yet.' },
  ok: { health: 'good', label: 'OK', hint: 'Answered.' },
  queued: { health: 'good', label: 'Queued', hint: 'Carried out, or discarded, by the EXEC that follows.' },
  cut: { health: 'warn', label: 'Cut', hint: 'The reply was larger than Sluice keeps: its rest was read and dropped.' },
  lost: {
    health: 'bad',
    label: 'No reply',
    hint: 'The connection ended first: whether it was carried out is not known.',
  },
  'given-up': { health: 'bad', label: 'No reply in time', hint: 'Nothing came for so long that Sluice waits no more.' },
}

const marks: Marks = {
  hidden: ({ hidden, bytes }) =>
    bytes === null ? `<${formatNoun(hidden, 'value')}>` : `<${formatNoun(hidden, 'value')}, ${formatSize(bytes)}>`,
  left: ({ left }) => `<${formatCount(left)} more>`,
  start: ({ bytes }) => `<… ${formatSize(bytes)} in all>`,
}

function rate({ commands, sentBytes, receivedBytes }: CommandRates): string {
  const perSecond = commands < 10 ? commands.toFixed(1) : formatCompact(commands)
  return `${perSecond}/s, ${formatSize(sentBytes)}/s out, ${formatSize(receivedBytes)}/s in`
}

/** The log of commands: what was sent to Redis, by whom, and what became of it. */
export const commandLogWords = {
  commands: 'Commands sent',
  filterLabel: 'Filter commands',
  filterPlaceholder: 'command, name, node, error',
  byWhom: 'By whom',
  byAnybody: 'By anybody',
  senderName: (kind: SenderKind) => SENDERS[kind],
  /** What it was within its kind; empty: there is no more to tell. */
  senderPart(by: Sender): string {
    if (by.kind === 'page') return by.procedure
    return by.kind === 'job' ? journalWords.actionName(by.job) : ''
  },
  senderHint: (by: Sender) =>
    by.kind === 'page' ? journalWords.whoWas(by.who) : by.kind === 'job' ? `job ${by.jobId}` : '',
  onlyWrites: 'Only writes',
  onlyErrors: 'Only errors',
  duration: 'Duration',
  anyDuration: 'However fast',
  slowerThan: (ms: number) => `Slower than ${formatDuration(ms)}`,
  pause: 'Pause',
  goOn: 'Go on',
  copyAll: 'Copy all',
  copied: (count: number) => `${formatNoun(count, 'command')} copied`,
  copyOne: 'Copy the command',
  time: 'Time',
  command: 'Command',
  node: 'Server',
  outcome: 'Outcome',
  took: 'Took',
  sent: 'Sent',
  received: 'Received',
  notTold: 'not told',
  notToldHint: 'Its size would tell how long a password is.',
  outcomeOf: (outcome: CommandOutcome): HealthLabel & { readonly hint: string } =>
    outcome.kind === 'error'
      ? { health: 'bad', label: outcome.prefix, hint: `Redis refused it: ${outcome.prefix}` }
      : OUTCOMES[outcome.kind],
  ms: (ms: number) => (ms < 10 ? `${ms.toFixed(2)} ms` : formatDuration(ms)),
  size: formatSize,
  marks,
  rates: 'Per second, by whom',
  rateOf: (kind: SenderKind, rates: CommandRates) => `${SENDERS[kind]} ${rate(rates)}`,
  quiet: 'Nothing is sent just now',
  measuring: 'measuring…',
  pausedAt: (count: number) => `Paused at ${formatNoun(count, 'command')}`,
  shown: (count: number) => `${formatNoun(count, 'command')} shown`,
  skipped: (count: number) => `${formatNoun(count, 'more', 'more')} came too fast to be shown`,
  reading: 'Reading the log',
  nothingYet: 'Nothing was sent on this connection yet',
  nothingYetText: 'Commands appear here as Sluice sends them. The log is kept in memory alone, and begins with Sluice.',
  noMatch: 'No command matches',
  noMatchText: 'Clear the filter to see all. The newest 2 000 of each sender are kept.',
  noConnection: 'No connection is open',
  noConnectionText: 'Choose one to see what is sent on it.',
  commandOf: (command: string) => `Command ${command}`,
  valuesHidden: 'Values, bodies, passwords and scripts are never kept in this log.',
}
