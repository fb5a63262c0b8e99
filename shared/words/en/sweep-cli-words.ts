import type { Count } from '../../count'
import { formatCount, formatNoun } from '../../format/format-count'
import { refusedNouns, sweepWords } from './sweep-words'

/** What the command line says of sweeps. */
export const sweepCliWords = {
  ...sweepWords,
  failed: (...refused: Parameters<typeof refusedNouns>) => `${refusedNouns(...refused)} refused:`,
  through: (ended: Count, groups: Count) => `${formatCount(ended)} of ${formatNoun(groups, 'group')}`,
  noSuchWord: (words: readonly string[], given: string) => `sluice sweep takes ${words.join(', ')}, not ${given}`,
  takesNoGroups: (given: string) => `sluice sweep undo takes the id of a sweep, and ${given} is one argument more`,
  takeSomething:
    'say which pending entries: --stalled, --min-idle 5m, --min-deliveries 10, or --all for all that the groups hold',
  notOf: (flag: string, what: string) => `${flag} is no option of sluice sweep ${what}`,
  toWhom: 'sluice sweep claim needs --to CONSUMER',
  isSweep: (id: string) =>
    `${id} is a sweep, with a record for each of its groups: sluice sweep undo ${id} takes all of it back (sluice journal --json lists the records)`,
  noSuchSweep: (id: string) => `the journal has no sweep ${id} (sluice journal lists them)`,
  planning: (groups: Count, entries: Count) =>
    `Looking: ${formatNoun(groups, 'group')}, ${formatNoun(entries, 'entry', 'entries')}`,
  columns: { entries: 'ENTRIES', changes: 'CHANGES', gone: 'GONE' },
}
