import { displayBytes, type Bytes } from '../../bytes'
import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'
import { formatDuration } from '../../format/format-duration'
import { formatLag } from '../../format/format-lag'
import type { Lag } from '../../model/group'

function inMinutes(ms: number): string {
  return formatDuration(Math.floor(ms / 60_000) * 60_000)
}

/** A stream: its facts, and the tree of all. */
export const streamWords = {
  streams: 'Streams',
  filterStreams: 'Filter streams',
  clearFilter: 'Clear the filter',
  collapseAllFolders: 'Collapse all folders',
  expandAllFolders: 'Expand all folders',
  lengthHint: 'Entries in the stream',
  lengthHead: 'length',
  pendingHint: 'Entries delivered and not acked, over all groups',
  pendingShort: 'pend.',
  lagHint: 'The greatest lag of its groups: entries not delivered yet',
  lagHead: 'lag',
  /** Of figures that were read longer ago than a minute: in whole minutes, so that nothing ticks. */
  old: (ms: number) => `${inMinutes(ms)} old`,
  oldHint: (ms: number) =>
    `These figures were read ${inMinutes(ms)} ago. They are read in turns, within what the server may be asked for (R: now)`,
  lookingForStreams: 'Looking for streams',
  noStreamMatches: 'No stream matches',
  noMatchText: 'Words may stand in any order. Clear the filter to see all.',
  noStreamsHere: 'No streams here',
  noneText: 'This database holds no streams that your user may see. Is it the right database number?',
  belowNeedLook: (troubled: Count) => `${formatCount(troubled)} below need a look`,
  folder: (id: Bytes, streams: Count) => `${displayBytes(id)} · ${formatCount(streams)} streams`,
  stream: 'Stream',
  length: 'Length',
  firstEntry: 'First entry',
  lastEntry: 'Last entry',
  entriesAdded: 'Entries added',
  entriesAddedHint: 'All entries ever added, also those trimmed or deleted since (Redis 7.0+)',
  memory: 'Memory',
  memoryHint: 'The server’s own estimate (MEMORY USAGE)',
  groups: 'Groups',
  oldestWaiting: 'Oldest unread',
  oldestWaitingHint: 'How long the oldest entry that one of its groups has not been given has waited',
  lastGeneratedId: 'Last generated id',
  lastGeneratedHint: 'The next id will be greater',
  unknownLarge: 'unknown: large entries',
  expiresIn: 'Expires in',
  entries: 'Entries',
  trend: 'Trend',
  redriveHint: 'Back to the streams that they came from, looked at first',
  redrive: 'Redrive…',
  copy: 'Copy…',
  trim: 'Trim…',
  partsOfStream: 'Parts of the stream',
  entriesAndGroups: (entries: Count, groups: number) =>
    `${formatCount(entries)} entries, ${formatNoun(groups, 'group')}`,
  pendingAndLag: (pending: Count, isLeast: boolean, lag: Lag | null) =>
    `${isLeast ? '≥ ' : ''}${formatCount(pending)} pending${lag === null ? '' : `, lag ${formatLag(lag)}`}`,
}
