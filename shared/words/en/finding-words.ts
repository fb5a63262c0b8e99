import type { Count } from '../../count'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'
import { formatDuration } from '../../format/format-duration'
import { formatLag } from '../../format/format-lag'
import type { FindingKind } from '../../judgement/finding'
import type { VanishedGroup } from '../../judgement/vanished'
import type { Waiting } from '../../judgement/waiting'
import type { Lag } from '../../model/group'

/** What is wrong, and what it rests on. A `{name}` stands for markup: see WordsWith. */
export const findingWords = {
  reassign: 'Reassign',
  reassignHint: 'Claims what it holds for the healthiest other consumer, at once. Can be undone.',
  requeue: 'Requeue…',
  requeueHint: 'Copies what it holds to the end of the stream, where it is delivered as new entries: looked at first.',
  requeueNow: 'Requeue',
  requeueNowHint:
    'Copies what it holds to the end of the stream, where it is delivered as new entries, at once. Can be undone.',
  claimsWereLeft:
    'seen: who was given entries here took new ones and left those alone; delivered as new entries they are read',
  onlyNewAreRead:
    'seen: who is alive reads new entries and leaves what it holds alone; delivered as new entries they are read',
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
  catchesUp: (value: string) => `catches up by ${value} a second`,
  neitherGrowsNorShrinks: 'neither grows nor shrinks',
  jobRuns: 'A job is changing this group',
  more: (hidden: Count) => formatNoun(hidden, 'more finding', 'more findings'),
  titles: {
    stalled: 'Stalled consumer',
    stuck: 'Consumer that does not touch what it holds',
    poison: 'Entry that keeps failing',
    suspect: 'Entry that consumers fell silent with',
    gone: 'Pending entries gone from the stream',
    lagging: 'Lagging group',
    'beyond-end': 'Group beyond its stream',
    late: 'Late groups',
    unreadable: 'Streams that could not be read',
    dead: 'Consumer that is gone for good',
    growing: 'Lag that grows',
    unattended: 'Group that nobody reads for',
    collision: 'Trimming that overtakes a group',
    'collision-soon': 'Trimming about to overtake a group',
    trimmed: 'Entries trimmed before they were read',
    uneven: 'Consumer that holds most',
    names: 'Consumer names piling up',
    vanished: 'Group that is not there any more',
    memory: 'Server nearly full',
    untrimmed: 'Stream that is never trimmed',
    'dead-letters': 'Dead letters coming in',
    'rule-stopped': 'Rule that turned itself off',
  } satisfies Record<FindingKind, string>,
  stalled: '{consumer} holds {entries} of {stream} / {group} and was last seen {ago}.',
  stuck: '{consumer} is alive, and has not touched {entries} of {stream} / {group} for {time}.',
  dead: '{consumer} holds {entries} of {stream} / {group} and was last seen {ago}: it does not come back by itself.',
  growing: '{group} falls behind in {stream}: {behind}, {rate} more a second.',
  unattended: 'Nobody reads for {group}: {behind} in {stream}.',
  collision: (entries: Count) =>
    `Trimming of {stream} overtakes {group} in {time}: from then on {entries} an hour ${pluralForm(entries, { one: 'is', other: 'are' })} lost unread.`,
  about: (figure: string) => `about ${figure}`,
  trimsAndReads: (trims: string, reads: string) => `trimmed at ${trims} a second, read at ${reads}`,
  marginLeft: (entries: Count) =>
    `${formatNoun(entries, 'entry', 'entries')} lie between what is trimmed next and what it reads next`,
  readFaster: 'read faster, or keep more: whoever adds to the stream says how much by MAXLEN or MINID',
  trimmed: (entries: Count) =>
    `{entries} of {stream} ${pluralForm(entries, { one: 'was', other: 'were' })} trimmed before {group} read ${pluralForm(entries, { one: 'it', other: 'them' })}, by the server’s counters.`,
  uneven: '{consumer} holds {percent} of what is pending in {stream} / {group}: {entries}.',
  names: '{group} of {stream} has {names} that hold nothing and were not seen for long.',
  vanished: '{group} of {stream} was there, and is gone.',
  vanishedWithStream: '{stream} was there with {group}, and is gone.',
  manyVanished: '{groups} that were there are gone, and {streams} with them.',
  untrimmed: '{stream} has grown to {entries} and was never trimmed.',
  nearlyFull: 'The server of {stream} uses {percent} of its maxmemory, {max}.',
  deadLetters: '{stream} has {entries} of dead letters; the last came {ago}.',
  ruleStopped: 'The rule {rule} turned itself off: {why}.',
  ruleStoppedAt: (at: string) => `at ${at}`,
  ruleIdle: 'it does nothing until it is tried and turned on again, or deleted',
  openRules: 'Open the rules',
  removeAfter: 'once its entries are somebody else’s, its name can be removed',
  behindIn: (ms: number) =>
    ms === 0 ? 'far behind already' : `far behind in about ${formatDuration(ms)} at this pace`,
  seenOver: (ms: number) => `as seen over ${formatDuration(ms)}`,
  rate: (perSecond: number) => (perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))),
  percent: (percent: number) => `${percent} %`,
  startOne: 'start one, or destroy the group if nobody needs it',
  noneSeen: (consumers: Count) =>
    `of ${formatNoun(consumers, 'consumer')} none was seen lately, and none holds anything`,
  firstLeft: (id: string | null) => (id === null ? 'nothing is left of the stream' : `the stream begins at ${id} now`),
  lostForGood: 'it never gets them: trim later, or read faster; a backup may have them',
  longestAtIt: (ms: number) => `it has been at the first of them for ${formatDuration(ms)}`,
  othersCouldTake: (others: Count) => `${formatNoun(others, 'other')} could take some`,
  eachName: 'each restart under a new name leaves one behind; the server lists them all',
  lastSeenAs: ({ consumers, pending, lastDeliveredId }: VanishedGroup) =>
    `when last seen it had ${formatNoun(consumers, 'consumer')}, ${formatCount(pending)} pending, and had read up to ${lastDeliveredId}`,
  clientsGetNogroup: 'its consumers get NOGROUP until it is made again',
  emptied: 'a FLUSHALL, a failover to an empty server, or a restart without its data looks like this',
  memory: (size: string) => `takes about ${size}, by the server’s estimate`,
  refusesWrites: 'at the limit the server refuses what writes: XADD fails with OOM',
  evictsStreams: 'at the limit the server removes whole keys by its policy, and streams are among them',
  growsThere: 'entries came to this stream within the last hour',
  mayGrowThere: 'whether this stream grows is not known: its entries are large, and are not read for that',
  everyEntryStays: 'every entry that was ever added is still there',
  redriveThem: 'mend what fails, then send them back to where they came from',
  deadLetter: 'Dead-letter…',
  deadLetterHint: 'Copies it to a stream of dead letters and acks it: looked at first. Can be undone.',
  theEntry: (id: string) => `Entry ${id}`,
  deliveredOften: (deliveries: Count) => `All delivered ${formatCount(deliveries)} times or more`,
  ackGone: 'Ack…',
  ackGoneHint: 'Acks what is gone from the stream: looked at first.',
  allGone: 'All that are gone from the stream',
  showHint: 'Opens the group, filtered to them.',
  spread: 'Spread…',
  spreadHint: 'Shares what it holds among the active consumers: looked at first. Can be undone.',
  setId: 'Set its id…',
  removeNames: 'Remove a consumer…',
  createAgain: 'Create it again…',
  trim: 'Trim…',
  redrive: 'Redrive…',
  openStream: 'Open stream',
  poison: 'Entry {id} of {stream} / {group} was delivered {times} and is still not acked.',
  atLeast: (figure: string) => `At least ${figure}`,
  suspect: 'Entry {id} of {stream} / {group} was held by {consumers} that gave no sign of life since.',
  fellSilent: (names: readonly string[]) => names.join(', '),
  mayEndThem:
    'it may be what ends them, or they were shut down while it was worked on, or are at work on it for long: look at it before it is claimed again',
  othersLikeIt: (others: Count) => formatNoun(others, 'other entry like it', 'other entries like it'),
  deliveredSoOften: (deliveries: Count) => `delivered ${formatNoun(deliveries, 'time')}`,
  heldThen: (held: Count) => `it held ${formatCount(held)} when it was found silent`,
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
  entriesBehind: (lag: Lag) =>
    lag.kind === 'reported' && lag.value !== null
      ? `${formatCount(lag.value)} entries behind (as reported)`
      : `${formatLag(lag)} entries behind`,
  othersHold: (consumers: Count, entries: Count) =>
    `${formatNoun(consumers, 'other stalled consumer')} ${pluralForm(consumers, { one: 'holds', other: 'hold' })} ${formatCount(entries)}`,
  andOthers: (names: readonly string[]) => `${names.join(', ')} and others`,
  activeConsumers: (consumers: Count) => formatNoun(consumers, 'active consumer'),
}
