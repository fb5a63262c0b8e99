import { MOST_PATTERN } from '../../query/pattern'
import type { PatternFault } from '../../query/pattern'

/** What is wrong with a regular expression, and what to write instead. */
export const patternFaults: Readonly<Record<PatternFault, string>> = {
  'no-pattern': 'Between the slashes there must be a pattern: /^A-\\d+$/',
  'pattern-too-long': `A pattern has ${MOST_PATTERN} characters at most`,
  'pattern-too-large': 'Repeated so often the pattern is too large: take smaller numbers in {}, or * and +',
  'look-around':
    'There is no look-ahead and no look-behind, for a search must not hang: write a second condition beside it, with - before what must not be',
  'back-reference': 'There are no back references, for a search must not hang: write out what is to come again',
  'odd-group': 'After ( there may be ?: and no other sign with ?; for either case write i behind the last slash',
  'open-group': 'This ( is never closed: add ), or write \\( for the sign itself',
  'no-group': 'This ) closes nothing: write \\) for the sign itself',
  'open-class': 'This [ is never closed: add ], or write \\[ for the sign itself',
  'odd-class': 'Behind [: there must be a class as [:alpha:]; write \\[ for the sign itself',
  'reversed-range': 'This range has no end, or one before its beginning: [a-z]; write \\- for the sign itself',
  'nothing-repeated': 'There is nothing here to repeat: write \\*, \\+, \\? or \\{ for the sign itself',
  'repeated-twice': 'Something is repeated once: put it into (?:) to repeat that again',
  'odd-repeat': 'Numbers in {} are 0 to 1000, the smaller one first: {2,5}; write \\{ for the sign itself',
  'odd-escape':
    'This is no escape: there are \\d \\w \\s \\b, their capitals, \\n \\r \\t \\f \\v, \\x{e9} for a character by its number, and \\ before a sign',
  'odd-property':
    'No such kind of characters: there are \\p{L} \\p{Lu} \\p{N} \\p{P} and the others of Unicode, and scripts as \\p{Greek}',
  'not-taken': 'The engine does not take this pattern: write it in a simpler way',
}
