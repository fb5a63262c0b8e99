import type { Count } from '../../count'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'
import { formatDuration } from '../../format/format-duration'
import type { RuleDeed } from '../../judgement/rules/rule-report'
import type { RuleAction, RuleDoor, RulePhase, RuleRun, RuleTurn } from '../../model/rule'
import type { RuleStop } from '../../model/rule-stop'

const whyStopped = {
  failures: 'three runs in a row came to nothing',
  'day-budget': 'there was more to do than it may in a day',
  'for-good': 'what it would have done Redis can’t take back',
  'other-server': 'the connection leads to another server',
  'unproven-server': 'the server was started anew, or is another; nothing proves that it is the same',
  undone: 'what it did was undone',
  production: 'the connection is production by now',
} satisfies Record<RuleStop, string>

/** By kind of action, as the journal has it. */
const did: Readonly<Record<RuleDeed, (entries: string, streams: string) => string>> = {
  claim: (entries, streams) => `claimed ${entries} of ${streams}`,
  spread: (entries, streams) => `spread ${entries} of ${streams} over active consumers`,
  ack: (entries, streams) => `acked ${entries} that were gone from ${streams}`,
  deadLetter: (entries, streams) => `moved ${entries} of ${streams} to dead letters`,
  handle: (entries, streams) => `wrote ${entries} of ${streams} to hashes and acked them`,
  release: (entries, streams) => `released ${entries} of ${streams} to their groups`,
}

/** Rules: a recovery that is done again and again. */
export const ruleWords = {
  rules: 'Rules',
  add: 'Add a rule',
  edit: 'Edit the rule',
  keepDoing: 'Keep doing this…',
  keepDoingTip: 'Makes a rule of it. Nothing is done before you try the rule and turn it on.',
  formText:
    'A rule does a recovery again and again while its connection is open, whether or not a page looks. It is off until you try it and turn it on.',
  noneYet: 'There are no rules',
  noneYetText:
    'A rule does again and again what you do by hand: claims what a crashed consumer holds, writes it to hashes, or moves it to dead letters. Each run is in the journal and can be undone.',
  reading: 'Reading the rules',
  list: 'Rules there are',
  deleteText:
    'A run ends after the batch that is on its way. What it did stays in the journal, and can be undone there.',
  added: (name: string) => `${name} was added, and is off`,
  saved: (name: string) => `${name} was saved, and is off`,
  name: 'Name',
  namePlaceholder: 'Monitor',
  connection: 'Connection',
  connectionNeeded: 'Choose a connection',
  stream: 'Streams like',
  streamHint: 'A pattern: * is any text, ? one letter.',
  group: 'Groups like',
  patternNeeded: 'A pattern is needed; * is all',
  minIdle: 'Idle for at least, seconds',
  minIdleHint: 'Longer than handling an entry takes.',
  minDeliveries: 'Delivered at least so often',
  minDeliveriesHint: 'Empty: however often. Dead letters need 2 at least.',
  deliveriesNeeded: 'What was delivered once only may just be on its way: give 2 at least',
  action: 'Do with them',
  actions: {
    claim: 'Claim for a consumer',
    handle: 'Write to hashes, then ack',
    deadLetter: 'Move to dead letters',
    spread: 'Spread over active consumers',
    ackGone: 'Ack what is gone from the stream',
    release: 'Release to the group',
  } satisfies Record<RuleAction['kind'], string>,
  actionHints: {
    claim: undefined,
    handle: undefined,
    deadLetter: undefined,
    spread: 'Where nobody is active the rule waits for somebody.',
    ackGone: 'What is gone can’t be made pending again. Not on production.',
    release: 'For the next reader (XNACK, Redis 8.8+). It can’t be undone. Not on production.',
  } satisfies Record<RuleAction['kind'], string | undefined>,
  to: 'Consumer that gets them',
  toHint: 'Of what it holds already, nothing is claimed.',
  handleToHint: 'Who claims them before they are written. What can’t be written stays pending with it.',
  toNeeded: 'A consumer is needed',
  deadStream: 'Dead-letter stream',
  deadStreamHint: 'Empty: the name of the stream and “:dead”. It is not trimmed.',
  prefix: 'Keys of the hashes begin with',
  idField: 'and end with the value of the field',
  idFieldHint: 'Empty: with the entry’s id.',
  every: 'Every, seconds',
  perRun: 'Entries per run, at most',
  perDay: 'Entries per day, at most',
  perDayHint: 'It turns itself off where there is more to do.',
  perDayFault: 'Give at least as many for a day as for a run',
  windowed: 'Only in a window of time',
  windowHint: (zone: string) => `Runs begin only then, by the clocks of the machine that Sluice runs on (${zone}).`,
  until: 'Until',
  untilHint:
    'As 2030-12-31 18:00, in the zone that times are shown in, or with its own (18:00Z). Empty: until somebody turns it off.',
  untilFault: 'Give a time to come, as 2030-12-31 18:00',
  tryIt: 'Dry run',
  tryOne: (name: string) => `Dry run of ${name}`,
  tryText: 'What one run would do now. Nothing is changed by it.',
  trying: 'Looking what it would do',
  turnOn: 'Turn it on',
  turnedOn: (name: string) => `${name} is on`,
  turnOffOne: (name: string) => `Turn off ${name}`,
  turnOff: 'Turn off',
  off: (name: string) => `${name} is off`,
  journal: 'Journal',
  journalOf: (name: string) => `What ${name} did, in the journal`,
  found: (streams: number, groups: number, entries: number) =>
    `${formatNoun(entries, 'entry', 'entries')} in ${formatNoun(groups, 'group')} with something pending, of ${formatNoun(streams, 'matching stream')}`,
  foundNothing: 'Now it would do nothing.',
  capped: 'There may be more: a run ends at its limit, and the next one goes on from there.',
  moreGroups: (count: number) => `and ${formatNoun(count, 'more group')}`,
  past: 'What it would have done earlier can’t be told: of the past Sluice keeps how many were pending, not which entries and for how long.',
  wouldStop: 'It can’t be turned on: some of this Redis can’t take back. Change the rule so that it leaves that alone.',
  forGood: 'What it does Redis can’t take back: it can’t be undone.',
  typePattern: (connection: string, pattern: string) => `${connection} is production: type ${pattern} to turn it on`,
  notTriedWell: 'Once a dry run has found nothing against it',
  typeFirst: 'Once its pattern is typed',
  everyMs: (ms: number) => `every ${formatDuration(ms)}`,
  what: (action: string, stream: string, group: string, idle: string) =>
    `${action}: ${stream} / ${group}, idle over ${idle}`,
  claimTo: (to: string) => `Claim for ${to}`,
  writeTo: (prefix: string) => `Write to hashes ${prefix}…, then ack`,
  deadTo: (stream: string | null) => `Move to ${stream ?? 'dead letters'}`,
  releaseAs: (mode: string) => `Release to the group (XNACK ${mode})`,
  deliveredOften: (least: number) => `delivered ${formatCount(least)} times or more`,
  atMost: (run: number, day: number) => `at most ${formatCount(run)} per run and ${formatCount(day)} per day`,
  on: (connection: string) => `on ${connection}`,
  goneConnection: 'a connection that is no more',
  windowFrom: (from: string, to: string) => `${from} to ${to}`,
  untilTime: (at: string) => `until ${at}`,
  phases: {
    off: 'off',
    on: 'on',
    running: 'runs now',
    closed: 'waits: the connection is not open',
    'read-only': 'waits: nothing may be changed there',
    outside: 'waits for its window',
    over: 'over',
  } satisfies Record<RulePhase, string>,
  stopped: (why: RuleStop) => `Turned itself off: ${whyStopped[why]}`,
  whyStopped,
  did,
  lately: 'What they did in the last 12 hours',
  readingJournal: 'Reading the journal',
  since: (at: string) => `Since ${at}, as the journal has it:`,
  didNothing: 'found nothing to do',
  wasNotRun: 'was on, but was not run',
  cameToNothing: (why: string) => `came to nothing: ${why}`,
  wasOff: 'was off',
  wasOver: 'was over',
  inRecoveries: (records: Count) => `in ${formatNoun(records, 'recovery', 'recoveries')}`,
  ofThemUnknown: (entries: Count) =>
    `(of ${formatNoun(entries, 'more entry', 'more entries')} the outcome is not known)`,
  undoneSince: (records: Count) =>
    `(${formatCount(records)} of them ${pluralForm(records, { one: 'was', other: 'were' })} undone since)`,
  turnedAt: (what: string, at: string) => `${what} (${at})`,
  turns: {
    on: (who: string, door: string) => `Turned on by ${who}, ${door}`,
    off: (who: string, door: string) => `Turned off by ${who}, ${door}`,
    changed: (who: string, door: string) => `Changed, and thereby turned off, by ${who}, ${door}`,
  } satisfies Record<Exclude<RuleTurn['what'], 'stopped'>, (who: string, door: string) => string>,
  doors: {
    desktop: 'on the desktop',
    web: 'in the browser',
    'command-line': 'on the command line',
  } satisfies Record<RuleDoor, string>,
  doneToday: (count: number) => `${formatCount(count)} today`,
  runs: 'Last runs',
  run: ({ changed, failed, groups }: RuleRun) =>
    changed + failed === 0
      ? 'nothing to do'
      : [
          `${formatNoun(changed, 'entry', 'entries')} in ${formatNoun(groups, 'group')}`,
          failed > 0 ? `${formatCount(failed)} refused` : null,
        ]
          .filter((part) => part !== null)
          .join(', '),
}
