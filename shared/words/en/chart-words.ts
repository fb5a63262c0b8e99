import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'

/** Charts: titles, axes, and their summaries for who does not see them. */
export const chartWords = {
  asChart: (title: string) => `${title} as a chart`,
  asTable: (title: string) => `${title} as a table`,
  tableOf: (label: string) => `${label}, table`,
  pendingByIdleTime: 'Pending by idle time',
  pendingEntriesByIdle: 'Pending entries by idle time',
  idle: 'Idle',
  idleForAtLeast: 'idle for at least',
  pendingByDeliveries: 'Pending by deliveries',
  pendingEntriesByDeliveries: 'Pending entries by deliveries',
  deliveries: 'Deliveries',
  timesDelivered: 'times delivered',
  counting: 'Counting…',
  nothingIsPending: 'Nothing is pending',
  countingPendingEntries: 'Counting pending entries',
  countedSoFar: (counted: Count) => `${formatCount(counted)} counted`,
  everySecond: 'Every second',
  everyTenSeconds: 'Every 10 s',
  everyMinute: 'Every minute',
  everyTenMinutes: 'Every 10 min',
  step: 'Step',
  nothingWatchedYet: 'Nothing watched yet: the first figures come in a moment',
  length: 'Length',
  lengthOfStream: 'Length of the stream',
  lagByGroup: 'Lag by group',
  lag: 'Lag',
  pendingByGroup: 'Pending by group',
  pendingEntries: 'Pending entries',
  nothingToShow: 'Nothing to show',
  trend: 'Trend',
  trendNote:
    'What Sluice has seen of this stream, also before it was opened. A gap means the figure was not known, not 0.',
  pending: 'Pending',
  consumer: 'Consumer',
  health: 'Health',
  none: (title: string) => `${title}: none`,
  ofMost: (title: string, total: Count, most: string, most2: Count) =>
    `${title}, of ${formatNoun(total, 'entry', 'entries')}. Most: ${most}, ${formatCount(most2)}`,
  entries: 'Entries',
  share: 'Share',
  time: 'Time',
  pendingAndLag: 'Pending and lag',
  charts: 'Charts',
  pendingByConsumer: 'Pending by consumer',
  noConsumerHoldsAnything: 'No consumer holds anything',
  pendingAndLagOver: 'Pending and lag over time',
  consumersSummary: (holders: number, stalled: number, held: number) =>
    `Pending entries of ${formatNoun(holders, 'consumer')}. ${formatNoun(stalled, 'stalled consumer')} with ${formatNoun(held, 'entry', 'entries')}`,
  trendSummary: (what: string, latest: readonly string[]) =>
    `${what} over time. Now: ${latest.join(', ') || 'nothing known'}`,
  counted: (entries: Count) => `${formatNoun(entries, 'entry', 'entries')} counted`,
  stoppedAt: (entries: Count, total: Count) =>
    `Stopped: the first ${formatNoun(entries, 'entry', 'entries')} of ${formatCount(total)} counted`,
  others: (consumers: number) => formatNoun(consumers, 'other'),
}
