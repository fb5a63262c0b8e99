import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'
import { formatDuration } from '../../format/format-duration'

/** What pending entries are filtered by. */
export const pendingFilterWords = {
  filterHint: 'What the entries have to be like (F)',
  filter: 'Filter',
  filterPendingEntries: 'Filter pending entries',
  filters: 'Filters',
  changeFilter: (text: string) => `Change the filter: ${text}`,
  removeFilter: (text: string) => `Remove the filter: ${text}`,
  remove: (text: string) => `Remove: ${text}`,
  eitherWay: 'In the stream or gone',
  inStream: 'in stream',
  onlyInStream: 'Still in the stream',
  onlyGone: 'Gone from the stream',
  idleForAtLeast: 'Idle for at least',
  unit: 'Unit',
  deliveriesAtLeast: 'Deliveries at least',
  deliveriesAtMost: 'Deliveries at most',
  fromIdOrTime: 'From id or time',
  example2h: '2 h ago',
  toIdOrTime: 'To id or time',
  example10m: '10m ago',
  entry: 'Entry',
  find: 'Search the pending entries by what is in them',
  searchedBy: (keys: string) => `By what is in their fields: ${keys}`,
  run: 'Filter',
  end: 'Show them whatever is in them',
  clearAll: 'Clear all',
  apply: 'Apply',
  idleAtLeast: (minIdleMs: number) => `idle ≥ ${formatDuration(minIdleMs)}`,
  leastDeliveries: (least: Count) => `deliveries ≥ ${formatCount(least)}`,
  mostDeliveries: (most: Count) => `deliveries ≤ ${formatCount(most)}`,
  searched: (found: number, walked: number | null, isDone: boolean) => {
    const matches = formatNoun(found, 'matches', 'match')
    const where = walked === null ? 'from here on' : `of ${formatCount(walked)} looked at`
    return `${matches} ${where}${isDone ? '' : ' so far'}`
  },
  fromId: (id: string) => `from ${id}`,
  toId: (id: string) => `to ${id}`,
  goneFromStream: 'gone from stream',
}
