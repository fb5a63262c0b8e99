import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'

/** Where in time the entries of a stream lie. */
export const timelineWords = {
  timeline: 'Timeline',
  title: 'Entries by time',
  range: 'Draw a part of the timeline',
  from: 'From: id or time',
  to: 'To: id or time',
  draw: 'Draw',
  whole: 'All of it',
  showEntries: 'Show these entries',
  countAll: 'Count all',
  countAgain: 'Count again',
  group: 'Pending of group',
  noGroup: 'no group',
  kind: 'Count is',
  exact: 'exact',
  sampled: 'about, by a sample',
  stretch: (from: string, to: string) => `${from} – ${to}`,
  pendingIn: (group: string) => `Pending in ${group}`,
  about: (told: string) => `about ${told}`,
  perBucket: (width: string) => `Entries per ${width}`,
  counting: (counted: Count) => `${formatCount(counted)} counted so far`,
  allCounted: 'All of these entries were counted.',
  someSampled:
    'Dashed bars are about: worked out from some of their entries, so a short burst may be missed. Count all of them, or draw less time.',
  timeless: 'Entries whose ids are no times are not shown.',
  none: {
    empty: { title: 'No entries', detail: 'There is nothing in this time.' },
    'no-times': {
      title: 'No times',
      detail:
        'The ids of this stream are no times (of 2010 until tomorrow), so nothing tells when its entries were added.',
    },
    large: {
      title: 'Not counted',
      detail:
        'The entries are large, or nothing tells how large they are: to count them the server would have to read them all.',
    },
  },
  marks: 'Groups and consumers on the timeline',
  position: (group: string) => `${group} has been given all up to here`,
  fellSilent: (consumer: string, held: Count) =>
    `${consumer} gave its last sign of life; it holds ${formatNoun(held, 'entry', 'entries')}`,
  moreMarks: (more: Count) => `and ${formatCount(more)} more`,
  summary: (entries: string, from: string, to: string, most: string, at: string) =>
    `${entries} from ${from} to ${to}. Most: ${most} from ${at} on`,
}
