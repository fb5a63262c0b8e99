import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'
import type { JobKind } from '../../model/kinds'
import type { SweepCap, SweepPlan } from '../../model/sweep'
import { JOB_KINDS } from './kind-words'

/** What bounds it. */
export const sweepCapped: Readonly<Record<SweepCap, string>> = {
  streams: 'There are more streams than one sweep looks at: give a narrower pattern.',
  groups: 'There are more groups than one sweep takes: give a narrower pattern, or sweep again after this.',
  'look-ups': 'There may be more entries that are gone than one sweep looks up: sweep again after this.',
  memory: 'There is more than one sweep holds in memory: give a narrower pattern, or sweep again after this.',
}

export const sweepForGood = 'Some of it Redis can’t take back'

/** What has to be seen before a sweep is run. */
function sweepWarnings({ sums, rows, confirm, cappedBy }: SweepPlan): readonly string[] {
  return [
    ...(sums.failed > 0
      ? [`${formatNoun(sums.failed, 'group')} can’t be helped: the first of the rows, with the reasons`]
      : []),
    ...(rows.some(({ isCut }) => isCut)
      ? ['Some groups have more of it than one sweep takes: sweep again after this']
      : []),
    ...(confirm === null ? [] : [sweepForGood]),
    ...(cappedBy === null ? [] : [sweepCapped[cappedBy]]),
  ]
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
  sum: (kind: JobKind, changes: Count, groups: Count) =>
    `${JOB_KINDS[kind].doing}: ${formatNoun(changes, 'entry', 'entries')} in ${formatNoun(groups, 'group')}`,
  undoSum: (entries: Count, groups: Count) =>
    `Gives back ${formatNoun(entries, 'entry', 'entries')} in ${formatNoun(groups, 'group')}`,
  leftAlone: (entries: Count) =>
    `${formatNoun(entries, 'entry', 'entries')} moved since, or not certain to be of this sweep: left alone`,
  looked: (groups: Count, streams: Count) =>
    `Looked at ${formatNoun(groups, 'group')} with pending entries of ${formatNoun(streams, 'stream')}.`,
  drops: (entries: Count) => `${formatNoun(entries, 'entry', 'entries')} dropped from the pending lists for good`,
  gone: (entries: Count) => `${formatNoun(entries, 'entry', 'entries')} gone from their streams`,
  more: (groups: Count) => `and ${formatNoun(groups, 'more group')}`,
}
