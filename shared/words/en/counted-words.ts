import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'

/** Nouns with their number: "1 entry", "12 431 entries". */
export const countedWords = {
  of: (some: Count, all: Count) => `${formatCount(some)} of ${formatCount(all)}`,
  entries: (value: Count) => formatNoun(value, 'entry', 'entries'),
  pendingEntries: (value: Count) => formatNoun(value, 'pending entry', 'pending entries'),
  consumers: (value: Count) => formatNoun(value, 'consumer'),
  groups: (value: Count) => formatNoun(value, 'group'),
  streams: (value: Count) => formatNoun(value, 'stream'),
  findings: (value: Count) => formatNoun(value, 'finding'),
}
