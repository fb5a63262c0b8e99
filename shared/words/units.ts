import { unitWords } from './en/unit-words'

/** The words that `shared/format` needs, in the language of `words.ts`; apart from them because every sentence is made with them. */
export const units: typeof unitWords = unitWords
