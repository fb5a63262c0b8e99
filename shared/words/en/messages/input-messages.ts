import { formatNoun } from '../../../format/format-count'
import type { PatternFault } from '../../../query/pattern'
import type { Message } from '../../../model/message'
import type { Say } from '../../message-words'
import { patternFaults } from '../pattern-words'
import { searchWords } from '../search-words'

interface Limit {
  readonly limit: number
  /** What is limited: the number itself, or how many characters, items. */
  readonly of: 'number' | 'characters' | 'items'
}

const LIMITS: Readonly<Record<Limit['of'], (limit: number, bound: string) => string>> = {
  number: (limit, bound) => `It must be ${bound} ${limit}.`,
  characters: (limit, bound) => `It must have ${bound} ${formatNoun(limit, 'character')}.`,
  items: (limit, bound) => `There must be ${bound} ${formatNoun(limit, 'of these', 'of these')}.`,
}

/** What is wrong with something that was entered. */
export const inputMessages = {
  'input.field': ({ field, problem }: { readonly field: string; readonly problem: Message }, say: Say) =>
    `${field}: ${say(problem)}`,
  'input.check': () => 'Check what was entered.',
  'input.not-known': () => 'It is not known here: check its spelling, or leave it out.',
  'input.other-type': () => 'It is missing, or of another type than is asked for.',
  'input.at-least': ({ limit, of }: Limit) => LIMITS[of](limit, 'at least'),
  'input.at-most': ({ limit, of }: Limit) => LIMITS[of](limit, 'at most'),
  'input.one-of': ({ values }: { readonly values: readonly string[] }) => `It must be one of: ${values.join(', ')}.`,
  'input.address-map': () => 'must be like { "10.0.0.4:6379": "localhost:7001" }, each announced address once',
  'input.entry-id': () => 'must be an entry id like 1620973121009-0',
  'input.pattern': ({ fault, at }: { readonly fault: PatternFault; readonly at: number }) =>
    `${patternFaults[fault]} (at character ${at + 1} of the pattern)`,
  'input.patterns': () => searchWords.faults['too-many-patterns'],
  'input.range-ends-early': () => 'This range ends before it begins.',
  'input.smaller-first': () => 'Give the smaller id first.',
}
