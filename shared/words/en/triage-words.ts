import type { Count } from '../../count'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'

/** The table of groups, and what is said when it is empty. */
export const triageWords = {
  active: 'Active',
  activeSmall: 'active',
  stalled: 'Stalled',
  stalledSmall: 'stalled',
  stuck: 'Stuck: alive, and does not touch what they hold',
  stuckSmall: 'stuck',
  of: (consumers: Count) => `of ${formatCount(consumers)}`,
  fromTo: (label: string, first: Count, last: Count) => `${label}: from ${formatCount(first)} to ${formatCount(last)}`,
  groupsOfAllStreams: 'Groups of all streams',
  backlog: 'Backlog',
  health: 'Health',
  stream: 'Stream',
  group: 'Group',
  pending: 'Pending',
  pendingHint: 'Delivered and not acked',
  oldest: 'Oldest',
  oldestHint: 'Since the first pending entry was last delivered',
  lag: 'Lag',
  lagHint: 'Entries not delivered to the group yet',
  waiting: 'Waiting',
  waitingHint: 'How long the oldest unread entry has waited, by the time in its id',
  waitingSeenHint: 'At least: its id holds no time, so it is counted from when it was first seen',
  waitingUnknown: '?',
  waitingUnknownHint: 'Not known: its id holds no time, or it could not be looked for',
  consumers: 'Consumers',
  consumersHint:
    'Of all consumers: active (●), stalled (■) and stuck (◆: alive, and does not touch what it holds). Told apart only where something is pending',
  tries: 'Tries',
  triesHint: 'Most deliveries among the oldest pending entries, where they were looked at',
  inRate: 'In/s',
  inRateHint: 'Entries added per second, last minutes',
  outRate: 'Out/s',
  outRateHint: 'Entries delivered per second, last minutes',
  drainsIn: 'Drains in',
  drainsHint: 'Until the lag is gone at this pace',
  trend: 'Trend',
  trendHint: 'Backlog (pending and lag) at the last 30 looks',
  readSoFar: (read: Count, all: Count) => `read ${formatCount(read)} of ${formatNoun(all, 'stream')} so far`,
  soFar: (all: Count) => `${formatNoun(all, 'stream')} so far`,
  looking: 'Looking',
  nothingNeedsLook: 'Nothing needs a look',
  couldNotLook: 'Could not look',
  stoppedEarly: 'Not all was looked at',
  nothingToJudge: 'No groups',
  partlyKnown: 'Nothing found, not all is known',
  notKnown: (groups: Count) =>
    `Of ${formatNoun(groups, 'group')} something is not known: how long its entries wait, or what its consumers hold. Each says what.`,
  worstFirstAgain: 'Worst first again',
  scanAgain: 'Scan again',
  notConnected: 'Not connected',
  notConnectedText: 'Streams show here once the connection is open.',
  noStreams: 'No streams in this database',
  noStreamsText: 'Once something is added to a stream, by XADD or by any of its clients, scan again and it shows here.',
  allClear: 'No stalled consumers, no entries that keep failing, no group far behind.',
  readingGroups: 'Reading the groups',
  streamsGone: (gone: Count) => `${formatNoun(gone, 'stream')} ${pluralForm(gone, { one: 'is', other: 'are' })} gone`,
  noGroupsKnown: 'No group could be read',
  noGroupsKnownText: ({ refused, gone }: { readonly refused: number; readonly gone: number }, all: Count) =>
    [
      refused > 0 ? `Of ${formatNoun(all, 'stream')} ${formatCount(refused)} could not be read.` : '',
      gone > 0
        ? `${formatNoun(gone, 'stream')} that the scan found ${pluralForm(gone, { one: 'is', other: 'are' })} not there any more.`
        : '',
    ]
      .filter(Boolean)
      .join(' '),
  noGroups: 'No groups on these streams',
  noGroupsText: 'Nobody reads them by a consumer group. Open a stream to see its entries or to create a group.',
}
