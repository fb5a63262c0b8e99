import { z } from 'zod'
import { bytes } from '../bytes'
import { MOST_COLUMN_NAME, MOST_COLUMNS } from '../column-limits'
import { entryId } from '../entry-id'

/**
 * One field of an entry with its value. Entries are ordered lists of these, and names may repeat. Long names and values
 * are cut for lists: `cut` says so and `size` is the value's whole length in bytes. `masked`: the whole value is not shown, or
 * parts of it are not (see `shared/masking`).
 */
export const field = z.object({
  name: bytes,
  value: bytes,
  size: z.int().min(0),
  cut: z.boolean(),
  masked: z.enum(['whole', 'part']).optional(),
})
export type Field = z.infer<typeof field>

/** Paths into the JSON of fields that a list of entries is asked with (see `jsonPathsOf`). */
export const paths = z.array(z.string().max(MOST_COLUMN_NAME)).max(MOST_COLUMNS)

/** What lies at one of them, as it reads, or its beginning where it is `cut`; null: nothing. `field`: in which it was found. */
export const toldPath = z.object({
  path: z.string(),
  text: z.string().nullable(),
  cut: z.boolean(),
  field: bytes.optional(),
})

/**
 * `moreFields` counts the fields left out of a list row; `size` is all bytes of names and values. `told`: of the paths that were asked
 * for, those that lead into fields that are cut here, or left out.
 */
export const entry = z.object({
  id: entryId,
  fields: z.array(field),
  moreFields: z.int().min(0),
  size: z.int().min(0),
  told: z.array(toldPath).optional(),
})
export type Entry = z.infer<typeof entry>

/** An entry whose body the caller has: what an id holds never changes. With its `size`; 0 for one that is known to be gone. */
export const heldEntry = z.tuple([entryId, z.int().min(0)])
export type HeldEntry = z.infer<typeof heldEntry>

/**
 * What a caller has of the page that it asks for again, in the order of the page: that is not sent again. Of them as many are
 * looked for, whether they are there still, as is cheap; in the next `round` others are.
 */
export const heldPage = z.object({ entries: z.array(heldEntry).max(1000), round: z.int().min(0) })
export type HeldPage = z.infer<typeof heldPage>

/**
 * A page of entries in the order asked for. `next` is the last id seen, to go on after; null at the end. `kept`: those that the
 * caller holds and is to keep, which lie among the entries.
 */
export const entryPage = z.object({
  entries: z.array(entry),
  next: entryId.nullable(),
  kept: z.array(entryId).optional(),
})
export type EntryPage = z.infer<typeof entryPage>

/**
 * Some of an entry's fields in order, each known by its position (`at`, from 0), for names may repeat. `count`: how many fields
 * the entry has; `matching`: how many of them have what was looked for in their names, all where nothing was. `size`: all bytes
 * of names and values.
 */
export const entryFields = z.object({
  id: entryId,
  size: z.int().min(0),
  count: z.int().min(0),
  matching: z.int().min(0),
  fields: z.array(field.extend({ at: z.int().min(0) })),
})
export type EntryFields = z.infer<typeof entryFields>
export type IndexedField = EntryFields['fields'][number]

/**
 * Where the bytes of a value went: to a file on the host's machine, or to a path of the web host, where they can be fetched
 * once within a minute. Cancelled: nobody chose a file, and nothing was read.
 */
export const savedValue = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('saved'), file: z.string(), bytes: z.int().min(0) }),
  z.object({ kind: z.literal('offered'), path: z.string(), fileName: z.string(), bytes: z.int().min(0) }),
  z.object({ kind: z.literal('cancelled') }),
])
export type SavedValue = z.infer<typeof savedValue>
