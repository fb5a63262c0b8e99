import type { Count } from '../../count'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'

/** "a, b or c". */
function either(names: readonly string[]): string {
  const [last = '', ...rest] = [...names].reverse()
  return rest.length === 0 ? last : `${rest.reverse().join(', ')} or ${last}`
}

/** What the command line says beside its help: what is wrong and what to write instead, questions, heads of columns. */
export const cliWords = {
  noCommand: (name: string, near: string | null) =>
    `there is no command ${name}${near === null ? '' : `; did you mean ${near}?`} (sluice help lists them)`,
  planWhat: (kinds: readonly string[]) => `sluice plan takes what is to be planned first: ${either(kinds)}`,
  missing: (name: string, argument: string) => `sluice ${name} needs ${argument} (sluice help ${name} says how)`,
  tooMany: (name: string, most: number, extra: string) =>
    `sluice ${name} takes ${most === 0 ? 'no arguments' : formatNoun(most, 'argument')}, and ${extra} is one more; an address has a port or redis:// (sluice help ${name} says how)`,
  noFlag: (name: string, flag: string, near: string | null) =>
    `sluice ${name} has no option ${flag}${near === null ? '' : `; did you mean ${near}?`} (sluice help ${name} lists them)`,
  takesNoValue: (flag: string) => `${flag} takes no value; leave the value out`,
  takesValue: (flag: string, value: string) =>
    `${flag} needs ${value} behind it; one that begins with a dash as ${flag}=…`,
  givenTwice: (flag: string) => `${flag} is given twice; leave one out`,
  badValue: (flag: string, takes: string, given: string) => `${flag} takes ${takes}, not ${given}`,
  wholeNumber: (least: number, most: number) => `a whole number from ${least} to ${most}`,
  anId: 'an id as 1700000000000-0, or a time in ms since 1970',
  aWhen: 'an id, 2021-05-15 06:55, 03:00, yesterday 14:00, 1h30m ago, or a time since 1970 in s, ms or µs',
  aSpan: 'a time as 500ms, 90s, 5m, 2h or 1d',
  notUtf8: (what: string) => `${what} is no UTF-8; write it with --quoted, as redis-cli shows it: "\\x80…"`,
  openEscape: (what: string) => `${what} ends in a single backslash; with --quoted write two for one`,
  oneOf: (flags: readonly string[]) => `give ${either(flags.map((flag) => `--${flag}`))}, not both`,
  notTogether: (flag: string, other: string) => `${flag} doesn’t go with ${other}; leave one out`,
  selectSomething:
    'say which pending entries: --from CONSUMER, --id ID, --min-idle 5m …, or --all for all that the group holds',
  badShell: (shells: readonly string[], given: string) =>
    `there are completions for ${either(shells)}, not for ${given}`,
  connectionOrAddress: 'give --connection or an address, not both',
  addressByItself: '--connection takes a name or an id; an address is written by itself, without an option',
  goesByKnown: (isProduction: boolean, isReadOnly: boolean) =>
    `a known connection leads here as well, and its guards hold: ${[...(isProduction ? ['production'] : []), ...(isReadOnly ? ['read-only'] : [])].join(', ')}`,
  on: (connection: string) => `on ${connection}`,

  ended: 'ended before it was through; nothing was changed',
  error: (title: string, next: string) => `${title.replace(/\.$/, '')}. ${next}`,
  notPrinted: (code: string) => `what it found can’t be written${code === '' ? '' : ` (${code})`}`,
  fault: (text: string) => `a fault of Sluice: ${text}`,
  password: (connection: string) => `Password for ${connection}: `,

  searching: (scanned: Count, found: Count) =>
    `Searching: ${formatCount(scanned)} keys, ${formatNoun(found, 'stream')} found`,
  searchingEntries: (read: Count, found: Count) =>
    `Searching: ${formatNoun(read, 'entry', 'entries')} read, ${formatCount(found)} found`,
  readingStreams: (read: Count, all: Count) => `Reading: ${formatCount(read)} of ${formatNoun(all, 'stream')}`,
  reading: (walked: Count, total: Count) =>
    `Reading: ${formatCount(walked)} of about ${formatNoun(total, 'entry', 'entries')}`,
  addEntries: 'Add them',
  queryOrSaved: 'name what to look for, QUERY, or a search that was saved, --saved NAME',
  noSavedSearch: (name: string) => `no search ${JSON.stringify(name)} was saved for this stream on this connection`,
  copies: {
    copyThem: 'Copy them',
    production: 'This is production, and whoever reads the stream is given all of them.',
    aPace: 'fast, or a number of times: 1, 10, 0.5',
    nameBoth: 'name the STREAM and the TARGET, or go on with a copy by --resume ID',
    resumesAlone: 'with --resume no streams are named: the record says them',
  },
  importKept: (stream: string, entries: Count) =>
    `Makes ${stream} with ${formatNoun(entries, 'entry', 'entries')} by their original ids`,
  importBlocked: (why: string) =>
    `${why} Import them as new entries, without --ids keep, or into a stream of another name.`,
  looked: (walked: Count, total: Count) =>
    `Looking: ${formatCount(walked)} of about ${formatCount(total)} pending entries`,
  doing: (bar: string, done: Count, total: Count, title: string) =>
    `${bar} ${formatCount(done)} of ${formatCount(total)}  ${title}`,
  ending: 'Ending after the batch in flight…',
  heldBack: {
    latency: 'it rests: the server answers slowly',
    'replica lag': 'it rests: a replica falls behind',
  },

  nothingFound: 'Nothing needs a look.',
  onlySnoozed: 'Nothing needs a look but what is snoozed.',
  snoozed: (findings: Count) =>
    `${formatNoun(findings, 'finding')} ${pluralForm(findings, { one: 'is', other: 'are' })} snoozed.`,
  nothingSeen: 'In what was seen nothing needs a look.',
  noneSoFar: 'No streams so far.',
  needLook: (findings: Count) =>
    `${formatNoun(findings, 'finding')} ${pluralForm(findings, { one: 'needs', other: 'need' })} a look.`,
  notKnownGroups: (groups: Count) => `Of ${formatNoun(groups, 'group')} something is not known.`,
  notPeeked: (groups: Count) =>
    `Of ${formatNoun(groups, 'group')} not all pending entries were looked at: entries that are gone, keep failing, or are not touched by their consumers, may be among them.`,
  none: {
    streams: 'No streams.',
    groups: 'No groups.',
    consumers: 'No consumers.',
    pending: 'No pending entries.',
    entries: 'No entries.',
    jobs: 'Nothing is being changed.',
    journal: 'Nothing was changed from here yet.',
  },
  waitsForEntries: (connection: string) => `Waiting for new entries on ${connection}; Ctrl+C ends it.`,
  more: 'There are more: --count says how many are listed.',
  passedOver: (entries: Count) => `${formatNoun(entries, 'entry', 'entries')} passed over: not what is looked for.`,
  between: (from: string | null, to: string | null) =>
    [...(from === null ? [] : [`from ${from}`]), ...(to === null ? [] : [`to ${to}`])].join(' '),
  mayBeMore: 'There may be more: --count says how many are looked for.',
  searchStopped: 'The search for streams did not come to its end: there may be more.',

  columns: {
    stream: 'STREAM',
    group: 'GROUP',
    consumer: 'CONSUMER',
    state: 'STATE',
    length: 'LENGTH',
    groups: 'GROUPS',
    pending: 'PENDING',
    lag: 'LAG',
    waiting: 'WAITING',
    oldest: 'OLDEST',
    lastId: 'LAST ID',
    lastDelivered: 'LAST DELIVERED',
    consumers: 'CONSUMERS',
    idle: 'IDLE',
    deliveries: 'DELIVERIES',
    id: 'ID',
    fields: 'FIELDS',
    size: 'SIZE',
    health: 'HEALTH',
    when: 'WHEN',
    what: 'WHAT',
    where: 'WHERE',
    outcome: 'OUTCOME',
    undo: 'UNDO',
    record: 'RECORD',
    before: 'BEFORE',
    after: 'AFTER',
    loses: 'STILL PENDING',
    unread: 'NEVER READ',
    gets: 'GIVEN ANEW',
  },
  moreFields: (fields: Count) => `and ${formatNoun(fields, 'more field')}`,
  wentAway: (id: string) => `${id} went away before it was read whole; it is shown as it was listed.`,
  goneBody: '(gone from the stream)',
  undoable: 'yes',
  notUndoable: 'no',
  undone: 'undone',

  dryRun: 'Nothing was done (--dry-run).',
  nothingToDo: 'Nothing was done.',
  planKept: (file: string, line: string | null) =>
    `Nothing was done. The plan is in ${file}${line === null ? '' : `: ${line}`}`,
  goOn: (what: string) => `${what}? [y/N] `,
  doIt: 'Do it',
  giveBack: 'Give it back',
  yes: /^y(es)?$/i,
  needsYes: 'it was not asked for by a person: add --yes to do it',
  forGood: 'Redis can’t take this back',
  typeName: (why: string, name: string) => `${why}. Type ${name} to go on: `,
  needsName: (why: string, name: string) => `${why}: add --confirm ${name}`,
  wrongName: (name: string) => `that is not ${name}; nothing was done`,
  acceptDoubt: 'Is it the same? [y/N] ',
  needsAccept: (codes: readonly string[]) =>
    `it is not certain that it is the same: look, and add ${codes.map((code) => `--accept ${code}`).join(' ')}`,
  undoHint: (line: string) => `To take it back: ${line}`,
  otherGroups: 'Other groups',

  emptyRecord: 'undo needs the id of a record, and this one is empty (sluice journal lists them)',
  noSuchRecord: (id: string) => `the journal has no record ${id} (sluice journal lists them)`,
  recordTwice: (id: string) => `more than one record begins with ${id}; give more of it`,
  recordElsewhere: (name: string) =>
    `it was done on ${name}, which is no connection here: name it as then, by its address or by --connection`,

  exports: {
    toTerminal: 'an export is for a file: give -o FILE, or lead it into one or into a pipe',
    notWhole: 'The export is not whole.',
    script: '--format redis-cli, which takes bytes as they are, oldest first',
    format: (format: string) => `--format ${format}`,
    groups: '--groups',
    aGroup: 'a group',
    noGroup: 'entries; name the group behind the stream',
    idsAlone: 'give --id, or what they have to be like, not both',
    groupsOfWhole: '--with is for a whole stream: leave out --since, --until, --id, --find and --count',
  },
  planFile: {
    exists: (file: string) => `${file} is there already; choose another name, or remove it`,
    unreadable: (file: string, code: string) => `${file} can’t be read${code === '' ? '' : ` (${code})`}`,
    unwritable: (file: string, code: string) => `${file} can’t be written${code === '' ? '' : ` (${code})`}`,
    noPlan: (file: string) => `${file} is no plan of “sluice plan … -o FILE”`,
    changed: (file: string) => `${file} was changed since it was written: make the plan again`,
    otherVersion: (file: string) => `${file} is of another version of Sluice: make the plan again`,
    otherConnection: (made: string, here: string) =>
      `the plan was made on ${made}, and this is ${here}: name the connection as then`,
    otherServer: (name: string) => `${name} leads elsewhere than when the plan was made: make the plan again`,
    notHere: (made: string) =>
      `the plan was made on ${made}, which is no connection here: name it as then, by its address or by --connection`,
    madeAt: (ago: string) => `The plan was made ${ago}.`,
  },
  beyond: 'it would do more than the plan showed, so nothing was done; make the plan again and look:',
  beyondPlan: {
    entries: (then: Count, now: Count) => `${formatNoun(now, 'entry', 'entries')} instead of ${formatCount(then)}`,
    changes: (then: Count, now: Count) => `${formatNoun(now, 'change')} instead of ${formatCount(then)}`,
    drops: (then: Count, now: Count) =>
      `${formatNoun(now, 'entry', 'entries')} dropped from the pending list instead of ${formatCount(then)}`,
    gone: (then: Count | null, now: Count | null) =>
      `${now === null ? 'an unknown number of entries' : formatNoun(now, 'entry', 'entries')} gone from the stream instead of ${then === null ? 'an unknown number' : formatCount(then)}`,
    losses: (then: Count, now: Count) =>
      `${formatNoun(now, 'older entry', 'older entries')} of the stream for the copies lost instead of ${formatCount(then)}`,
    group: (name: string) => `the group ${name} would lose, or get, more than was shown`,
    consumer: (name: string) => `${name} would be given more than was shown`,
    undo: 'it could be undone, and can’t be any more',
    guard: 'what moves in that very moment was certain to be left alone, and is not any more',
    warning: 'it warns of something new',
  },
}
