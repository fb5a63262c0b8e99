import type { Count } from '../../count'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'
import { formatDuration } from '../../format/format-duration'
import { formatLag } from '../../format/format-lag'
import type { Finding } from '../../judgement/findings'
import type { Waiting } from '../../judgement/waiting'
import type { Lag } from '../../model/group'

/** What is wrong, and what it rests on. A `{name}` stands for markup: see WordsWith. */
export const findingWords = {
  reassign: 'Reassign',
  reassignHint: 'Claims what it holds for the healthiest other consumer, at once. Can be undone.',
  requeue: 'Requeue…',
  requeueHint: 'Copies what it holds to the end of the stream, where it is delivered as new entries: looked at first.',
  allItHolds: (consumer: string, entries: Count) =>
    `What ${consumer} holds: ${formatNoun(entries, 'entry', 'entries')}`,
  started: 'Started: the notice tells what came of it',
  showThem: 'Show them',
  openGroup: 'Open group',
  findings: 'Findings',
  fewer: 'Fewer',
  oftenDelivered: (poison: Count, looked: Count, poisonDeliveries: Count) =>
    `${formatCount(poison)} of its ${formatCount(looked)} oldest pending entries were delivered ${formatCount(poisonDeliveries)} times or more`,
  probablyFails: 'it probably fails whoever gets it: look at it before it is claimed again',
  ofOldest: (lookedFor: Count) => `of the ${formatCount(lookedFor)} oldest that were looked for`,
  trimmedBefore: 'trimmed or deleted before they were acked: they can’t be processed any more, only acked',
  figuresOld: (ms: number) => `as read ${formatDuration(Math.floor(ms / 60_000) * 60_000)} ago`,
  oldest: (idleMs: number) => `its first pending entry was last delivered ${formatDuration(idleMs)} ago`,
  onlyConsumer: 'it is the only consumer: open the group to claim for a new one',
  noConsumers: 'no consumers',
  noConsumerIsActive: 'no consumer is active',
  waits: ({ ms, kind }: Waiting) =>
    ms === null
      ? 'how long its oldest unread entry has waited is not known'
      : `its oldest unread entry has waited for ${kind === 'atLeast' ? 'at least ' : ''}${formatDuration(ms)}`,
  nobodyActive: 'No other consumer is active: look at the preview, and choose or name who shall take them',
  ownReading:
    'it may have been restarted under its old name, or read only what is new: what it holds waits until it is read again, claimed or requeued',
  otherStuck: (others: Count) => formatNoun(others, 'other consumer like it', 'other consumers like it'),
  caughtUp: (drainMs: number) => `caught up in about ${formatDuration(drainMs)} at this pace`,
  fallsBehind: (value: string) => `falls behind by ${value} a second more`,
  neitherGrowsNorShrinks: 'neither grows nor shrinks',
  jobRuns: 'A job is changing this group',
  more: (hidden: Count) => formatNoun(hidden, 'more finding', 'more findings'),
  titles: {
    stalled: 'Stalled consumer',
    stuck: 'Consumer that does not touch what it holds',
    poison: 'Entry that keeps failing',
    gone: 'Pending entries gone from the stream',
    lagging: 'Lagging group',
    'beyond-end': 'Group beyond its stream',
    late: 'Late groups',
    unreadable: 'Streams that could not be read',
  } satisfies Record<Finding['kind'], string>,
  stalled: '{consumer} holds {entries} of {stream} / {group} and was last seen {ago}.',
  stuck: '{consumer} is alive, and has not touched {entries} of {stream} / {group} for {time}.',
  poison: 'Entry {id} of {stream} / {group} was delivered {times} and is still not acked.',
  gone: (entries: Count) =>
    `{entries} of {stream} / {group} no longer ${pluralForm(entries, { one: 'exists', other: 'exist' })} in the stream.`,
  lagging: '{group} is {behind} in {stream}.',
  beyondEnd: '{group} stands at {id}, beyond {stream}: what is added with an id up to that is never delivered to it.',
  streamEndsAt: (lastGeneratedId: string) => `the last id that the stream has generated is ${lastGeneratedId}`,
  setIdBack: 'set its id to where it should read on',
  late: '{groups} are a few entries behind, for up to {time}.',
  unreadable: '{streams} could not be read: {why}.',
  ago: (idleMs: number) => `${formatDuration(idleMs)} ago`,
  times: (deliveries: Count) => `${formatCount(deliveries)} times`,
  entriesBehind: (lag: Lag) => `${formatLag(lag)} entries behind`,
  othersHold: (consumers: Count, entries: Count) =>
    `${formatNoun(consumers, 'other stalled consumer')} ${pluralForm(consumers, { one: 'holds', other: 'hold' })} ${formatCount(entries)}`,
  andOthers: (names: readonly string[]) => `${names.join(', ')} and others`,
  activeConsumers: (consumers: Count) => formatNoun(consumers, 'active consumer'),
}
