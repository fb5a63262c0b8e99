import { z } from 'zod'
import { bytes } from '../bytes'
import { MOST_COLUMN_NAME, MOST_COLUMNS, NARROWEST, WIDEST } from '../column-limits'

/**
 * One column of the entries of a stream: `id`, `time`, `other` (the names of all fields without a column), `size`, or `field:` with the
 * `bytesKey` of a name, which is read as a search reads it: a field, or a path into the JSON of one.
 */
const column = z.string().min(1).max(MOST_COLUMN_NAME)

/** How a person laid out the entries of one stream. */
export const entryLayout = z.object({
  connectionId: z.string().max(64),
  key: bytes,
  /** In this order; null: the fields as they are met. */
  columns: z.array(column).max(MOST_COLUMNS).nullable(),
  /** Pixels; the others are as wide as what is in them needs. */
  widths: z.array(z.object({ column, px: z.int().min(NARROWEST).max(WIDEST) })).max(2 * MOST_COLUMNS),
  /** Of what is loaded; null: by id. */
  sort: z.object({ column, direction: z.enum(['ascending', 'descending']) }).nullable(),
})
export type EntryLayout = z.infer<typeof entryLayout>
