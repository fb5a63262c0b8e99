import { formatCount, formatNoun } from '../../format/format-count'
import { formatDuration } from '../../format/format-duration'
import type { FindingKind } from '../../judgement/finding'
import type { Thresholds } from '../../judgement/thresholds'

/** Why something is a finding, and how it is not told for a while. */
export const findingWhyWords = {
  more: 'Why, and snooze',
  why: 'Why this is told',
  fromDefaults: 'By the settings, which are as they come.',
  fromSettings: 'By the settings, which were changed.',
  noSetting: 'No setting decides on it.',
  snooze: 'Snooze',
  snoozeFor: 'Snooze it for',
  reason: 'Reason',
  reasonHint: 'Shown to everybody who looks at this connection.',
  reasonNeeded: 'A reason is needed',
  untilWorse: 'It is told before that if it gets worse: a consumer that is gone for good, or ten times as much.',
  forTime: (ms: number) => formatDuration(ms),
  snoozed: (findings: number) => `${formatCount(findings)} snoozed`,
  onlySnoozed: 'Nothing needs a look but what is snoozed',
  snoozedList: 'Snoozed findings',
  endSnooze: 'Tell it again',
  snoozedBecause: (reason: string, until: string, by: string | null) =>
    `“${reason}” · until ${until}${by === null ? '' : ` · by ${by}`}`,
  titleOf: (title: string, subject: string) => `${title}: ${subject}`,
  noneSnoozed: 'Nothing is snoozed.',
  bySeverity: (bad: number, warn: number) =>
    [bad > 0 ? `${formatCount(bad)} bad` : '', warn > 0 ? formatNoun(warn, 'warning') : ''].filter(Boolean).join(' · '),
  rules: {
    stalled: ({ stalledAfterMs }) =>
      `It holds entries, and asked for none for longer than ${formatDuration(stalledAfterMs)}.`,
    dead: ({ deadAfterMs }) => `It holds entries, and asked for none for longer than ${formatDuration(deadAfterMs)}.`,
    stuck: ({ stalledAfterMs, neglectedAfterMs }) =>
      `It asks for entries, and one that it holds was not delivered again for longer than ${formatDuration(neglectedAfterMs)}; or than ${formatDuration(stalledAfterMs)}, while it gets none.`,
    poison: ({ poisonDeliveries }) =>
      `It was delivered ${formatCount(poisonDeliveries)} times or more, and never acked.`,
    suspect: ({ stalledAfterMs }) =>
      `Two consumers or more, which then gave no sign of life for longer than ${formatDuration(stalledAfterMs)} and did not come back, had been given it before, and few other entries were held by as many of them. Who was given it after another counts only if it held something that was delivered but once: else it may be a sweeper, or a name that entries are parked under. It is pending still. As seen while the connection was watched; what was before is not known.`,
    gone: () => 'It is on the pending list, and not in the stream any more.',
    lagging: ({ laggingEntries, laggingAfterMs }) =>
      `It is ${formatNoun(laggingEntries, 'entry', 'entries')} behind or more, or one has waited for longer than ${formatDuration(laggingAfterMs)}.`,
    growing: ({ laggingEntries, behindSoonMs }) =>
      `Its lag grew over all of the last minute, and is ${formatNoun(laggingEntries, 'entry', 'entries')} within ${formatDuration(behindSoonMs)} at this pace.`,
    unattended: ({ stalledAfterMs }) =>
      `An entry has waited for longer than ${formatDuration(stalledAfterMs)}, and no consumer asked for any within that time.`,
    collision: ({ overtakenWithinMs }) =>
      `The stream keeps its length by trims, the group reads less than comes, so that more and more of it is unread, at a steady pace over all that was seen, and at that pace trims reach what it has not read within ${formatDuration(overtakenWithinMs)}. By the counters of the stream and the group.`,
    'collision-soon': ({ overtakenSoonMs }) =>
      `The stream keeps its length by trims, the group reads less than comes, so that more and more of it is unread, at a steady pace over all that was seen, and at that pace trims reach what it has not read within ${formatDuration(overtakenSoonMs)}. By the counters of the stream and the group.`,
    trimmed: () =>
      'It stands before the first entry of the stream, and fewer are left than were added since what it read, by the counters of the stream and the group.',
    uneven: ({ unevenPercent, unevenEntries, stalledAfterMs }) =>
      `Of what is pending it holds ${unevenPercent} % or more, ${formatNoun(unevenEntries, 'entry', 'entries')} at least, and was at one of them for longer than ${formatDuration(stalledAfterMs)}, while others are active.`,
    names: ({ spareConsumers, spareAfterMs }) =>
      `${formatNoun(spareConsumers, 'consumer')} or more hold nothing, and were not seen for longer than ${formatDuration(spareAfterMs)}.`,
    'beyond-end': () => 'Its last delivered id is greater than the last one that the stream has generated.',
    late: ({ laggingAfterMs }) => `In each, an entry has waited for longer than ${formatDuration(laggingAfterMs)}.`,
    vanished: () =>
      'It was seen, and is not there any more: with its stream, or while it held entries or some waited for it. Nothing was done about it from here.',
    memory: ({ memoryPercent }) =>
      `The server uses ${memoryPercent} % or more of its maxmemory, as it counts before it refuses or removes anything, and of its streams to which something was added within the last hour, or may have been, this is the largest. Where its policy removes keys that expire first, and there are some, it is not told.`,
    untrimmed: ({ untrimmedEntries }) =>
      `It has ${formatNoun(untrimmedEntries, 'entry', 'entries')} or more, none was ever removed, and one came within the last hour.`,
    'dead-letters': ({ deadLetters, deadLettersWithinMs }) =>
      `It is one of dead letters by its name, has ${formatNoun(deadLetters, 'entry', 'entries')} or more, and the last came within ${formatDuration(deadLettersWithinMs)}.`,
    'rule-stopped': () =>
      'It stopped by itself, by one of the limits that every rule has, and was neither turned on nor changed since.',
    unreadable: () => 'The server refused to tell, or could not be asked.',
  } satisfies Record<FindingKind, (thresholds: Thresholds) => string>,
}
