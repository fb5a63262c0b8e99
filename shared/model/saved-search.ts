import { z } from 'zod'
import { entryQuery } from './entry-query'

export const MOST_SAVED_SEARCHES = 500
/** Of a query, as JSON: what is longer than that nobody typed. */
const MOST_QUERY_LENGTH = 16_384

/** A search through entries that a person gave a name, of the streams of one connection that are like `stream`. */
export const savedSearchFields = z.object({
  connectionId: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(100),
  /** A glob of names, as SCAN takes it. */
  stream: z.string().min(1).max(512),
  query: entryQuery.refine((query) => JSON.stringify(query).length <= MOST_QUERY_LENGTH),
  /** Both ends as they were typed, so that `1h` stays an hour ago; empty: none. */
  from: z.string().max(100),
  to: z.string().max(100),
  order: z.enum(['newest', 'oldest']),
})
export type SavedSearchFields = z.infer<typeof savedSearchFields>

export const savedSearch = savedSearchFields.extend({ id: z.string() })
export type SavedSearch = z.infer<typeof savedSearch>
