import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'
import type { JobKind } from '../../model/kinds'
import type { RecoveryPlan } from '../../model/plan'
import type { SweepCap, SweepPlan, SweepRow } from '../../model/sweep'
import { JOB_KINDS } from './kind-words'

/** What bounds it. */
const CAPPED: Readonly<Record<SweepCap, string>> = {
  streams: 'There are more streams than one sweep looks at: give a narrower pattern',
  groups: 'There are more groups than one sweep looks at: give a narrower pattern',
  'look-ups':
    'There may be more entries that are gone than one sweep looks up: give a narrower pattern, or a longer idle time',
  memory: 'There is more than one sweep holds in memory: give a narrower pattern, or sweep again after this',
}

type PlanWarning = RecoveryPlan['warnings'][number]

/** What the plans of single groups warn of, in the order of how much it matters. What a sweep does not do has no words here. */
const WARNINGS: readonly (readonly [PlanWarning, string])[] = [
  ['consumer-active', 'a holder was seen just now and may be working on them: they may be handled twice'],
  ['target-stalled', 'the consumer that gets them gave no sign of life either'],
  [
    'target-may-wait',
    'the consumer that gets them gave no sign of life either, but clients wait for new entries on this server, and it may be one of them',
  ],
  ['targets-quiet', 'none of the consumers that get them was seen of late: they may not be running'],
  ['new-consumer', 'the consumer that gets them does not exist yet and will be created'],
  ['new-stream', 'the stream that gets copies does not exist yet and will be created'],
  ['others-get', 'the stream’s other groups are given the copies as well, also what they have handled'],
  ['already-there', 'some entries are where they would be brought to already, and are left as they are'],
]

/** Of each warning in how many groups it is so. */
function planWarnings(rows: readonly SweepRow[]): readonly string[] {
  const counts = new Map<PlanWarning, number>()
  for (const code of rows.flatMap(({ warnings }) => warnings)) counts.set(code, (counts.get(code) ?? 0) + 1)
  const inSo = (count: number, text: string) => (count === 0 ? [] : [`In ${formatNoun(count, 'group')}: ${text}`])
  const untold = rows.filter(({ gone, warnings }) => gone === null && warnings.includes('gone-from-stream')).length
  return [
    ...inSo(untold, 'some entries are gone from the stream; how many, only the run will tell'),
    ...WARNINGS.flatMap(([code, text]) => inSo(counts.get(code) ?? 0, text)),
  ]
}

/** What has to be seen before a sweep is run, but for what refused. */
function sweepWarnings({ rows, confirm, cappedBy }: SweepPlan): readonly string[] {
  return [
    ...planWarnings(rows),
    ...(rows.some(({ isCut }) => isCut)
      ? ['Some groups hold more than one sweep looks through: what comes behind it is left as it is']
      : []),
    ...(confirm === null ? [] : ['Some of it Redis can’t take back']),
    ...(cappedBy === null ? [] : [CAPPED[cappedBy]]),
  ]
}

/** Groups, and streams as a whole: how many of each refused. `others`: so many groups besides. */
export function refusedNouns(rows: readonly Pick<SweepRow, 'group' | 'error'>[], others: Count = 0): string {
  const refused = rows.filter(({ error }) => error !== null)
  const streams = refused.filter(({ group }) => group === null).length
  const groups = refused.length - streams + Number(others)
  const told = [
    ...(groups > 0 ? [formatNoun(groups, 'group')] : []),
    ...(streams > 0 ? [formatNoun(streams, 'stream')] : []),
  ]
  return told.join(' and ')
}

/** Of one recovery in many groups. */
export const sweepWords = {
  title: 'Recover everywhere',
  titleDots: 'Recover everywhere…',
  everywhere: 'In all groups of all streams that match',
  undoTitle: 'Undo everywhere',
  undoDots: 'Undo…',
  undoAllDots: 'Undo in all its groups…',
  undoOf: (stream: string, group: string) => `In groups like ${group} of streams like ${stream}`,
  partOf: (stream: string, group: string, groups: Count) =>
    `One of ${formatNoun(groups, 'group')} like ${stream} / ${group} that were recovered as one`,
  which: 'Which pending entries',
  takes: {
    stalled: 'What stalled consumers hold',
    idle: 'What was delivered so long ago',
    all: 'All of them',
  },
  givePattern: 'Give a pattern of streams and of groups (* is all)',
  nameConsumer: 'Name the consumer',
  giveIdle: 'Say how long ago',
  nothing: 'In none of these groups is there anything to do',
  run: 'Recover',
  runCount: (entries: Count) => `Recover ${formatNoun(entries, 'entry', 'entries')}`,
  reading: (groups: Count, entries: Count) =>
    `Looking: ${formatNoun(groups, 'group')}, ${formatNoun(entries, 'entry', 'entries')} so far`,
  planningUndo: (walked: Count, total: Count) => `Looking: ${formatCount(walked)} of ${formatNoun(total, 'group')}`,
  rows: 'Group by group',
  streamAndGroup: 'Stream / group',
  entries: 'Entries',
  refused: 'refused',
  eachByItself: 'Each group has a record of its own in the journal; all of them are undone at once, or one by one.',
  undoneAlready: (groups: Count) => `${formatNoun(groups, 'group')} undone already.`,
  warnings: sweepWarnings,
  cantHelp: (rows: SweepPlan['rows']) =>
    `${refusedNouns(rows)} can’t be helped: the first of the rows, with the reasons`,
  sum: (kind: JobKind, changes: Count, groups: Count) =>
    `${JOB_KINDS[kind].doing}: ${formatNoun(changes, 'entry', 'entries')} in ${formatNoun(groups, 'group')}`,
  undoSum: (entries: Count, groups: Count) =>
    `Gives back ${formatNoun(entries, 'entry', 'entries')} in ${formatNoun(groups, 'group')}`,
  leftAlone: (entries: Count) =>
    `${formatNoun(entries, 'entry', 'entries')} moved since, or not certain to be of this sweep: left alone`,
  looked: (groups: Count, streams: Count) =>
    `Looked at ${formatNoun(groups, 'group')} with pending entries of ${formatNoun(streams, 'stream')}.`,
  drops: (entries: Count) => `${formatNoun(entries, 'entry', 'entries')} dropped from the pending lists for good`,
  /** Of many groups the first ones are named. */
  doubt: (names: readonly string[], why: string) => {
    const others = Math.max(0, names.length - 5)
    return `${names.slice(0, 5).join(', ')}${others === 0 ? '' : ` and ${formatNoun(others, 'more group')}`}: ${why}`
  },
  notCertain: 'not certain to be the same',
  gone: (entries: Count) => `${formatNoun(entries, 'entry', 'entries')} gone from their streams`,
  more: (groups: Count) => `and ${formatNoun(groups, 'more group')}`,
}
