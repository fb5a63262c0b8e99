import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'
import type { SweepCap } from '../../model/sweep'
import { JOB_KINDS } from './kind-words'
import type { JobKind } from '../../model/kinds'

const CAPPED: Readonly<Record<SweepCap, string>> = {
  streams: 'There are more streams than one sweep looks at: give a narrower pattern.',
  groups: 'There are more groups than one sweep takes: give a narrower pattern, or sweep again after this.',
  'look-ups': 'There may be more entries that are gone than one sweep looks up: sweep again after this.',
  memory: 'There is more than one sweep holds in memory: give a narrower pattern, or sweep again after this.',
}

/** What the command line says of sweeps. */
export const sweepCliWords = {
  noSuchWord: (words: readonly string[], given: string) => `sluice sweep takes ${words.join(', ')}, not ${given}`,
  takesNoGroups: (given: string) => `sluice sweep undo takes the id of a sweep, and ${given} is one argument more`,
  takeSomething:
    'say which pending entries: --stalled, --min-idle 5m, --min-deliveries 10, or --all for all that the groups hold',
  toWhom: 'sluice sweep claim needs --to CONSUMER',
  noSuchSweep: (id: string) => `the journal has no sweep ${id} (sluice journal --json tells of each record its sweep)`,
  planning: (groups: Count, entries: Count) =>
    `Looking: ${formatNoun(groups, 'group')}, ${formatNoun(entries, 'entry', 'entries')}`,
  planningUndo: (walked: Count, total: Count) => `Looking: ${formatCount(walked)} of ${formatNoun(total, 'group')}`,
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
  forGood: 'Some of it Redis can’t take back',
  capped: (cap: SweepCap) => CAPPED[cap],
  failed: (groups: Count) => `${formatNoun(groups, 'group')} refused:`,
  more: (groups: Count) => `and ${formatNoun(groups, 'more group')}`,
  through: (ended: Count, groups: Count) => `${formatCount(ended)} of ${formatNoun(groups, 'group')}`,
  columns: { entries: 'ENTRIES', changes: 'CHANGES', gone: 'GONE' },
}
