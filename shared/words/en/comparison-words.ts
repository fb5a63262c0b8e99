import type { Count } from '../../count'
import { formatCount, formatNoun, pluralForm } from '../../format/format-count'
import { formatSize } from '../../format/format-size'
import type { ValueForm, ValueType } from '../../model/comparison'
import { decodeWords } from './decode-words'

const plainForms: Readonly<Record<string, string>> = {
  text: 'text',
  empty: 'empty',
  number: 'a number',
  bytes: 'bytes of no known format',
}
const types: Readonly<Record<ValueType, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
  bytes: 'bytes',
  time: 'a time',
  mark: 'no value',
}

/** Why one entry fails: by what it differs from those that its group is done with. A `{name}` stands for markup: see WordsWith. */
export const comparisonWords = {
  why: 'Why this one?',
  whyHint:
    'Reads up to 100 entries nearby that the group is done with, and says by what this one differs from them. Nothing is changed.',
  reading: 'Reading entries nearby…',
  form: (form: ValueForm) => plainForms[form] ?? decodeWords.names[form as keyof typeof decodeWords.names],
  type: (type: ValueType | null) => (type === null ? 'of several types' : types[type]),
  broken: '{field} is not valid {format}: it breaks at byte {at} of {size}. In {share} it is valid.',
  brokenOff: '{field} is not valid {format}: it ends too early, at byte {at}. In {share} it is valid.',
  ofForm: '{field} is {is}. In {share} it is {usual}.',
  missing: '{field} is missing. {share} have it.',
  ofType: '{field} is {is}. In {share} it is {usual}.',
  repeated: '{field} is there {times}. In {share} it is there once.',
  extra: '{field} is there. None of {others} has it.',
  /** `usual`: so many values are named. */
  value: (usual: number) =>
    `{field} is {is}. None of {others} has that; ${['all have {usual0}', 'all have {usual0} or {usual1}', 'most have {usual0}, {usual1} or {usual2}'][usual - 1] ?? ''}.`,
  size: '{field} takes {bytes}; usually {usual} ({least} to {most}, in {others}).',
  sizeOfAll: 'The entry takes {bytes}; usually {usual} ({least} to {most}, in {others}).',
  share: (same: Count, of: Count) => `${formatCount(same)} of ${formatCount(of)} others`,
  others: (of: Count) => formatNoun(of, 'other'),
  times: (times: Count) => `${formatCount(times)} times`,
  at: (at: Count) => formatCount(at),
  bytes: (bytes: number) => formatSize(bytes),
  beside: (passed: Count) =>
    `Beside the ${formatNoun(passed, 'nearest entry', 'nearest entries')} that {group} is done with:`,
  besideHint: 'Up to where the group stands, and not pending: acked most likely, or never given to it.',
  nothing: (passed: Count) =>
    `Nothing sets it apart from the ${formatNoun(passed, 'nearest entry', 'nearest entries')} that {group} is done with: its fields, formats, types and sizes are like theirs.`,
  tooFew: (passed: Count) =>
    passed === 0
      ? 'No entry nearby is one that {group} is done with: there is nothing to compare it with.'
      : `Only ${formatNoun(passed, 'entry nearby is', 'entries nearby are')} done with in {group}: too few to say.`,
  more: (more: Count) =>
    `${formatCount(more)} ${pluralForm(more, { one: 'difference', other: 'differences' })} more that tell less.`,
  partly: 'Some of it was too large to be looked into, and was compared by size alone.',
  notPending: 'It is not pending any more.',
}
