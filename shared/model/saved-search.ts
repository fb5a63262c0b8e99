import { z } from 'zod'
import { isZone } from '../time/zone'
import { entryLayout } from './entry-layout'
import { entryQuery } from './entry-query'

/** Of one connection. */
export const MOST_SAVED_SEARCHES = 100
/** Of a query, or a layout, as JSON: what is longer than that nobody typed. */
const MOST_LENGTH = 16_384
const isOfLength = (value: unknown): boolean => JSON.stringify(value).length <= MOST_LENGTH

/** A search through entries, or a view of them, that a person gave a name, of the streams of one connection that are like `stream`. */
export const savedSearchFields = z.object({
  connectionId: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(100),
  /** A name as it is drawn, or a pattern of such: `*` any letters, `?` one, and no other signs (`matcher`). */
  stream: z.string().min(1).max(512),
  query: entryQuery.refine(isOfLength),
  /** Both ends as they were typed, so that `1h` stays an hour ago, `today` the day it is; empty: none. */
  from: z.string().max(100),
  to: z.string().max(100),
  /** In which those are meant that name none, by its name in the IANA database. */
  zone: z.string().max(64).refine(isZone),
  order: z.enum(['newest', 'oldest']),
  /** Which columns are shown, and how, as on the stream that it was saved on; absent: as they are where it is chosen. */
  layout: entryLayout.pick({ columns: true, widths: true, sort: true }).refine(isOfLength).optional(),
})
export type SavedSearchFields = z.infer<typeof savedSearchFields>

export const savedSearch = savedSearchFields.extend({ id: z.string() })
export type SavedSearch = z.infer<typeof savedSearch>
