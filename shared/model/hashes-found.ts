import { z } from 'zod'
import { bytes } from '../bytes'

/** A value of any bytes; `size` is its whole length, of which the beginning is shown where it is `cut`. */
const shownValue = z.object({ value: bytes, size: z.int(), cut: z.boolean() })
export type ShownValue = z.infer<typeof shownValue>

/** The hashes that the first entries would be written to, as they are now. Each hash counts once. */
export const hashesFound = z.object({
  /** Entries whose hashes were looked at; the others only as they are written. */
  looked: z.int(),
  exist: z.int(),
  /** Of those that exist: where a field would get another value than it has. */
  overwritten: z.int(),
  /** Of those: where such a field was to expire by itself. */
  expiring: z.int(),
  /** The key is no hash: writing to it fails. */
  noHash: z.int(),
  /** What it holds is not told. */
  unknown: z.int(),
  /** Holds more in these fields than is saved, so it is not written to. */
  tooLarge: z.int(),
  /** The first that exist, or where none does one that is new, with their first fields. `before` null: no such field. */
  first: z.array(
    z.object({
      key: bytes,
      exists: z.boolean(),
      fields: z.array(z.object({ name: bytes, before: shownValue.nullable(), after: shownValue })),
      moreFields: z.int(),
    }),
  ),
})
export type HashesFound = z.infer<typeof hashesFound>
