import { EVERY_ENTRY, MOST_CONDITIONS, type Condition, type EntryQuery } from '../model/entry-query'

/** A query of which this is true as well, in each of its alternatives; null where it has no room. */
export function withTerm(query: EntryQuery | null, term: Condition): EntryQuery | null {
  if (query === null || same(query, EVERY_ENTRY)) return [[term]]
  const hasIt = (all: readonly Condition[]): boolean => all.some((each) => same(each, term))
  if (query.some((all) => all.length >= MOST_CONDITIONS && !hasIt(all))) return null
  return query.map((all) => (hasIt(all) ? all : [...all, term]))
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
