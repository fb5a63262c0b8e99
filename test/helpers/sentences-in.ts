/** Three words in a row, or how a sentence begins. */
const WORDS = /[a-z’']{2,},? [a-z’']+,? [a-z’']+|^[A-Z][a-z’']+ [a-z’']+/
/** What is not ours to word: redis-cli lines, what the server said, and the words of a message that is verbatim. */
const NOT_OURS: ReadonlySet<string> = new Set(['commands', 'reply', 'text'])

/** Every text within a value that reads like a sentence. */
export function sentencesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return WORDS.test(value) ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) => (NOT_OURS.has(name) ? [] : sentencesIn(each)))
}
