import type { Count } from '../../count'
import { displayBytes, type Bytes } from '../../bytes'
import { goneEntries } from '../../judgement/gone-entries'
import type { HashesFound, ShownValue } from '../../model/hashes-found'
import type { RecoveryPlan } from '../../model/plan'
import { formatSize } from '../../format/format-size'
import { displayName } from '../../format/display-name'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'

/** What a plan would do, in a sentence. */
function planSentence({ action, entries, changes, drops }: RecoveryPlan): string {
  if (entries === 0) return 'Nothing to do: none of these entries is pending any more'
  // XAUTOCLAIM meets as many of them as its count lets it.
  const most = action.kind === 'autoClaim' ? 'up to ' : ''
  const dropping = `${most}${formatNoun(drops, 'entry', 'entries')} from the pending list for good`
  if (changes === 0) return drops === 0 ? 'Nothing to do: no entry would change' : `Drops ${dropping}`
  const rest = drops === 0 ? '' : `, and drops ${dropping}`
  return `${effectOf(action, formatNoun(changes, 'entry', 'entries'))}${rest}`
}

function effectOf(action: RecoveryPlan['action'], what: string): string {
  switch (action.kind) {
    case 'ack':
      return `Acks ${what}: they leave the pending list`
    case 'ackDelete':
      return `Acks ${what} and deletes them from the stream`
    case 'deadLetter':
      return `Copies ${what} to ${streamName(action.stream)}, and acks them once the copy is there${originals(action)}`
    case 'requeue':
      return `Copies ${what} to the end of ${streamName(action.stream)}, and acks the old ones${originals(action)}`
    case 'autoClaim':
      return `Gives ${what} to ${displayBytes(action.to)}`
    case 'handle':
      return `Writes ${what} to hashes as ${displayBytes(action.to)}, and acks what was written`
    case 'release':
      return `Gives ${what} back to the group, for its next reader`
    case 'spread':
      return `Spreads ${what} over ${formatNoun(action.to?.length ?? 0, 'consumer', 'consumers')}`
    case 'claim':
      return `Gives ${what} to ${action.to === null ? 'the healthiest consumer' : displayBytes(action.to)}`
  }
}

function originals({ deleteOriginal }: Extract<RecoveryPlan['action'], { kind: 'requeue' | 'deadLetter' }>): string {
  if (deleteOriginal === undefined) return ''
  return deleteOriginal === 'ACKED' ? '; deletes the originals that no group needs' : '; deletes the originals'
}

function streamName(name: Bytes | null): string {
  return name === null ? 'the stream' : displayBytes(name)
}

/** At the beginning of a sentence. */
function targetName(action: RecoveryPlan['action']): string {
  switch (action.kind) {
    case 'claim':
      return action.to === null ? 'The healthiest consumer' : displayBytes(action.to)
    case 'autoClaim':
    case 'handle':
      return displayBytes(action.to)
    case 'spread':
      return 'One of the consumers'
    case 'ack':
    case 'ackDelete':
    case 'deadLetter':
    case 'requeue':
    case 'release':
      return 'The group'
  }
}

function goneWarning(action: RecoveryPlan['action'], gone: number | null): string {
  const some = `${gone === null ? 'Entries' : formatNoun(gone, 'entry', 'entries')} no longer in the stream`
  switch (goneEntries(action)) {
    case 'acked':
      return `${some}: undo can’t give these back.`
    case 'dropped':
      return `${some}: Redis drops these from the pending list for good.`
    case 'sent':
      return `${some}: released like the rest, though nobody can process them any more.`
    case 'left-out':
      return `${some}: left out, since ${whyLeftOut(action)}.`
  }
}

function whyLeftOut(action: RecoveryPlan['action']): string {
  switch (action.kind) {
    case 'deadLetter':
    case 'requeue':
      return 'there is nothing to copy'
    case 'handle':
    case 'claim':
    case 'spread':
    case 'autoClaim':
    case 'ack':
    case 'ackDelete':
    case 'release':
      return 'a claim would drop them from the pending list for good'
  }
}

function alreadyThere(action: RecoveryPlan['action']): string {
  switch (action.kind) {
    case 'spread':
      return 'Some are with one of these consumers already and stay there.'
    case 'release':
      return 'Some have no owner already and are left as they are.'
    case 'claim':
    case 'autoClaim':
    case 'handle':
    case 'ack':
    case 'ackDelete':
    case 'deadLetter':
    case 'requeue':
      return `Some are ${targetName(action)}’s already and are left as they are.`
  }
}

/** What a plan warns of, before it runs. */
function planWarnings({ warnings, action, gone, notPending, untold = 0, hashes }: RecoveryPlan): readonly string[] {
  const target = targetName(action)
  const texts: Readonly<Record<RecoveryPlan['warnings'][number], string>> = {
    'gone-from-stream': goneWarning(action, gone),
    'new-consumer': `${target} does not exist yet and will be created.`,
    'target-stalled': `${target} gave no sign of life either.`,
    'target-may-wait': `${target} gave no sign of life either, but clients wait for new entries on this server (XREADGROUP … BLOCK), and it may be one of them: a client that is named like its consumer would prove it.`,
    'targets-quiet': 'None of these consumers was seen of late: they hold nothing, and may not be running.',
    'consumer-active': 'The holder was seen just now and may be working on them: they may be handled twice.',
    'already-there': alreadyThere(action),
    'new-stream': `${'stream' in action ? streamName(action.stream) : 'The stream'} does not exist yet and will be created.`,
    'one-value-per-field': 'A hash keeps one value per field: where a field repeats in an entry, its last value stays.',
    ...hashWarnings(hashes),
    'others-need': 'Other groups hold some of these too, or have not read them yet.',
    'others-get':
      'The stream’s other groups are given the copies as well, also what they have handled. For this group alone: claim them for a consumer and restart it, release them (Redis 8.8+), or requeue to another stream.',
    'not-pending': `${formatCount(notPending)} of the selected are not pending any more.`,
    'entries-untold': `Of ${formatNoun(untold, 'entry', 'entries')} it can’t be told whether they are what is looked for, for they are too large: they are left out.`,
  }
  return warnings.map((warning) => texts[warning])
}

type HashWarning = 'hashes-exist' | 'hashes-expire' | 'no-hashes' | 'hashes-unknown' | 'hashes-too-large'

/** Of hashes that would be written to. */
function hashWarnings(found: RecoveryPlan['hashes']): Readonly<Record<HashWarning, string>> {
  const { exist = 0, overwritten = 0, expiring = 0, noHash = 0, unknown = 0, tooLarge = 0 } = found ?? {}
  const all = `${formatNoun(exist, 'hash', 'hashes')} ${pluralForm(exist, { one: 'exists', other: 'exist' })} already`
  return {
    'hashes-exist':
      overwritten === 0
        ? `${all}, and no field of ${pluralForm(exist, { one: 'it', other: 'them' })} would get another value.`
        : `${all}: values in ${exist === 1 ? 'it' : `${formatCount(overwritten)} of them`} are overwritten, with newer or older ones. What is there is saved before, and undo gives it back.`,
    'hashes-expire': `Fields of ${formatNoun(expiring, 'hash', 'hashes')} expire by themselves; written, they no longer do. Undo gives that back as well.`,
    'no-hashes': `${formatNoun(noHash, 'key')} ${pluralForm(noHash, { one: 'is', other: 'are' })} no hash: writing there fails, and these entries stay pending.`,
    'hashes-unknown': `What ${formatNoun(unknown, 'hash holds', 'hashes hold')} can’t be looked at: what is overwritten there is lost, and undo can’t give it back.`,
    'hashes-too-large': `${formatNoun(tooLarge, 'hash holds', 'hashes hold')} more in these fields than is saved: ${pluralForm(tooLarge, { one: 'it is', other: 'they are' })} not written to.`,
  }
}

/** Of how many entries the hashes were looked at. */
function hashesLooked({ looked, exist }: HashesFound, entries: Count): string {
  const whose = looked < entries ? `Of the first ${formatCount(looked)} entries: ` : ''
  if (exist === 0) return looked < entries ? `${whose}no hash exists yet` : 'None of the hashes exists yet'
  return `${whose}${formatNoun(exist, 'hash', 'hashes')} ${pluralForm(exist, { one: 'exists', other: 'exist' })} already`
}

/** A value in one line; its beginning only, where it is cut. */
function shownHashValue({ value, size, cut }: ShownValue): string {
  if (size === 0) return '(empty)'
  return cut ? `${displayBytes(value)}… (${formatSize(size)})` : displayBytes(value)
}

export const planWords = {
  hashes: 'The hashes, before and after',
  field: 'Field',
  before: 'Before',
  noSuchField: 'none',
  newHash: 'new',
  moreFields: (fields: Count) => `and ${formatNoun(fields, 'more field', 'more fields')}`,
  hashesLooked,
  hashValue: shownHashValue,
  commands: 'Commands',
  commandsCopied: 'Commands copied',
  copy: 'Copy',
  commandsHint: 'Commands as redis-cli takes them',
  typeToConfirm: (wanted: string) => `Production: type ${wanted} to confirm`,
  whatItWouldDo: 'What it would do',
  whatConsumersHold: 'What the consumers hold',
  consumer: 'Consumer',
  pending: 'Pending',
  after: 'After',
  whatGroupsLose: 'What the groups lose',
  group: 'Group',
  whatGroupsGet: 'What other groups are given anew',
  given: 'Is given',
  hadAlready: 'Had already',
  notKnownHere: 'not known',
  ofStream: (group: Bytes, stream: Bytes | undefined) =>
    stream === undefined ? displayName(group) : `${displayName(stream)} / ${displayName(group)}`,
  deadLetteredFrom: (own: Count) => `${formatCount(own)} dead-lettered from it`,
  stillPending: 'Still pending',
  neverRead: 'Never read',
  workingOut: 'Working out what it would do…',
  lookedAt: (walked: Count, max: Count) => `Looked at ${formatCount(walked)} of about ${formatCount(max)}`,
  matchSoFar: (looked: string, matched: Count) => `${looked}; ${formatCount(matched)} match so far`,
  counting: 'Counting',
  stopCounting: 'Stop counting',
  countingStopped: 'Counting was stopped. Nothing was changed.',
  targetLosses: (entries: Count) =>
    `The stream for the copies is trimmed: at most ${formatNoun(entries, 'older entry', 'older entries')} of it ${pluralForm(entries, { one: 'goes', other: 'go' })} for good.`,
  toMind: 'To mind',
  goDespite: 'It is the same: go on',
  acceptFirst: 'First say that it is the same',
  typeName: {
    stream: 'Type the stream’s name to confirm',
    group: 'Type the group’s name to confirm',
    consumer: 'Type the consumer’s name to confirm',
  },
  toSee: (asked: string) => `${asked} to see what it would do.`,
  firstDo: (asked: string) => `${asked} first`,
  stillWorkingOut: 'Still working out what it would do',
  justChanged: 'What it would do has just changed: look again',
  notCounted: 'It has to be counted first',
  notKnown: 'It can’t be said what it would do',
  sentence: planSentence,
  warnings: planWarnings,
}
