import { AppError } from '../../../shared/error'
import type { EntryQuery } from '../../../shared/model/entry-query'
import { message } from '../../../shared/words/messages'

/** Whether a text has what is looked for; null: that would take longer than one entry may. */
export type PatternTest = (text: string) => boolean | null

export interface PatternEngine {
  /** Throws BAD_INPUT for what it does not take, which `checkPattern` refuses before. */
  compile(pattern: string): PatternTest
  /** The next entry: all patterns together may take their steps anew. */
  begin(): void
}

/**
 * What all patterns together take for one entry, in steps of their programs: an instruction for a character. On a slow core some 2 ms for
 * patterns that people write, and 50 ms for one that was made to be slow; then the host rests.
 */
export const MOST_STEPS = 1_000_000

/**
 * RE2 in JavaScript, whose time grows with the text and the pattern, and never with their powers; it can't be stopped, so a text
 * that would be too long for it is not begun. https://github.com/google/re2/wiki/WhyRE2 Null: the query has no pattern, and nothing is loaded.
 */
export async function patternEngine(query: EntryQuery): Promise<PatternEngine | null> {
  if (!query.flat().some(({ how }) => how === 'matches')) return null
  const { RE2JS } = await import('re2js')
  const compiled = new Map<string, PatternTest>()
  let left = MOST_STEPS
  return {
    compile(pattern) {
      const known = compiled.get(pattern)
      if (known) return known
      const engine = orBadInput(() => RE2JS.compile(pattern))
      const size = engine.programSize()
      const test: PatternTest = (text) => {
        const steps = (text.length + 1) * size
        if (steps > left) return null
        left -= steps
        return engine.test(text)
      }
      compiled.set(pattern, test)
      return test
    },
    begin() {
      left = MOST_STEPS
    },
  }
}

function orBadInput<T>(compile: () => T): T {
  try {
    return compile()
  } catch {
    const remedy = message('input.pattern', { fault: 'not-taken', at: 0 })
    throw new AppError('BAD_INPUT', {
      field: 'query',
      problem: message('input.field', { field: 'query', problem: remedy }),
      remedy,
    })
  }
}
