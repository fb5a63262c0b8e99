import { EVERY_ENTRY, MOST_CONDITIONS, type Condition, type EntryQuery } from '../model/entry-query'

/** A query of which this is true as well, in each of its alternatives; the same where it was, or has no room. */
export function withTerm(query: EntryQuery | null, term: Condition): EntryQuery {
  if (query === null || same(query, EVERY_ENTRY)) return [[term]]
  if (query.some((all) => all.length >= MOST_CONDITIONS)) return query
  return query.map((all) => (all.some((each) => same(each, term)) ? all : [...all, term]))
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
