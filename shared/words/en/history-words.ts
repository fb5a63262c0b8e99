import { formatSize } from '../../format/format-size'

/** What was seen of all streams, and is kept. */
export const historyWords = {
  history: 'History of streams',
  hint: 'Figures of all streams, of their groups, and of the consumers that hold most, of saved connections while they are open: every 10 s for 3 hours, every minute for 2 days, every 10 min for 30 days. No entry is kept; names of streams, groups and consumers are.',
  usage: (bytes: number) =>
    bytes === 0
      ? 'Nothing is kept yet.'
      : `${formatSize(bytes)} on this computer, of all connections; never more than 200 MB.`,
  clear: 'Delete the history…',
  clearTitle: 'Delete the history',
  clearText: 'Of all connections. Trends begin anew; nothing changes in Redis.',
  clearIt: 'Delete it',
  cleared: 'The history was deleted',
}
