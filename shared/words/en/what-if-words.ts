import type { Count } from '../../count'
import { formatNoun } from '../../format/format-count'

/** What would become of a group that trims overtake. */
export const whatIfWords = {
  label: 'What if',
  reads: 'If it read',
  keeps: 'and if the stream kept',
  times: (times: number) => (times === 1 ? 'as much as now' : `${times.toFixed(1)} times as much`),
  length: (entries: Count) => formatNoun(entries, 'entry', 'entries'),
  asNow: 'Move them to see what more consumers, or a greater MAXLEN, would do. Nothing is changed.',
  overtakenIn: (time: string) => `Then it would be overtaken in about ${time}, if all else stays as it was seen.`,
  never: 'Then it would read as much as comes, and not be overtaken, if all else stays as it was seen.',
}
