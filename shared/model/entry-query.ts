import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { checkPattern } from '../query/pattern'
import { entry } from './entry'

/**
 * `field`: those of this name; where an entry has none, and the name reads as a path (`order.items[0].sku`), what lies there in
 * the JSON of a field by the path's beginning; `$` begins in any field. `any`: every name and every value. `size`: all bytes of
 * names and values.
 */
const subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('any') }),
  z.object({ kind: z.literal('size') }),
  z.object({ kind: z.literal('field'), name: bytes }),
])

/**
 * `contains` does not tell capitals from small letters; `is` takes every byte; `matches` a regular expression of RE2's kind somewhere in
 * the text (see `checkPattern`), with `(?i)` before it in either case; the last four compare decimal numbers, and are not
 * true of anything else. `is-not` is true of what is there and is another.
 */
export const comparison = z.enum([
  'has',
  'contains',
  'matches',
  'is',
  'is-not',
  'above',
  'at-least',
  'below',
  'at-most',
])
export type Comparison = z.infer<typeof comparison>

/** One thing that is true of an entry; with `not`: that is not. Where a name repeats, one of them is enough. */
export const condition = z
  .object({ not: z.boolean(), subject, how: comparison, value: bytes })
  .superRefine(({ how, value }, context) => {
    if (how !== 'matches') return
    const check = checkPattern(typeof value === 'string' ? value : '')
    if ('fault' in check) context.addIssue({ code: 'custom', message: 'input.pattern', params: check, path: ['value'] })
  })
export type Condition = z.infer<typeof condition>

export const MOST_CONDITIONS = 30
/** Regular expressions of one query: what the engine keeps of each may take some MiB. */
export const MOST_PATTERNS = 8
/** So many found are enough for one call of a search. */
export const MOST_FOUND = 500

/** Entries of which all conditions of one of the lists are true. */
export const entryQuery = z
  .array(z.array(condition).min(1).max(MOST_CONDITIONS))
  .min(1)
  .max(MOST_CONDITIONS)
  .refine((query) => patternsOf(query) <= MOST_PATTERNS, 'input.patterns')
export type EntryQuery = z.infer<typeof entryQuery>

export function patternsOf(query: readonly (readonly { readonly how: Comparison }[])[]): number {
  return query.flat().filter(({ how }) => how === 'matches').length
}

/** Each entry is like this. */
export const EVERY_ENTRY: EntryQuery = [[{ not: false, subject: { kind: 'any' }, how: 'contains', value: '' }]]

/**
 * `found`: some more, in order. `read`: what was gone through since it began, up to `at`; of `partly` it could not be told,
 * for only the beginning was read, or it was too long for what is looked for. `end`: `next` is where to go on after, since so many were found; null: there is nothing more.
 */
export const searchEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found'), entries: z.array(entry) }),
  z.object({ kind: z.literal('read'), entries: z.int(), bytes: z.int(), partly: z.int(), at: entryId }),
  z.object({ kind: z.literal('end'), next: entryId.nullable() }),
])
export type SearchEvent = z.infer<typeof searchEvent>

/**
 * Entries that came, in order, up to `at`. `passed`: since the last event so many came beside them that are not what is looked for;
 * of `partly` of all of these it could not be told, as in `searchEvent`.
 */
export const tailEvent = z.object({ entries: z.array(entry), passed: z.int(), partly: z.int(), at: entryId })
export type TailEvent = z.infer<typeof tailEvent>
