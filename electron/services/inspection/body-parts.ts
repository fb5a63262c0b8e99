import type { EntryId } from '../../../shared/entry-id'
import { createByteBudget } from '../../redis/byte-budget'
import type { Reader } from '../../redis/reader-writer'
import { entriesById, entryBytes, type RawEntry } from '../../redis/xrange'

/** What one command may carry of entries' bodies, or one entry if that is larger. */
export const PART_BYTES = 1024 * 1024

interface Identified {
  readonly id: EntryId
}

/** Some rows with the bodies of their entries; one that is gone from the stream has none. */
export interface BodyPart<T extends Identified = Identified> {
  readonly rows: readonly T[]
  readonly bodies: ReadonlyMap<EntryId, RawEntry>
}

/** Parts rows so that no part has more than `most` rows, or bodies of more than 1 MiB in all unless it is one row. */
export type PartRows = <T extends Identified>(rows: readonly T[]) => Iterable<BodyPart<T>> | AsyncIterable<BodyPart<T>>

/** Without bodies: no reading, and no bytes to bound. */
export function rowParts(most: number): PartRows {
  return function* <R extends Identified>(rows: readonly R[]) {
    for (let at = 0; at < rows.length; at += most) yield { rows: rows.slice(at, at + most), bodies: new Map() }
  }
}

/** Reads bodies a few at first, since nobody knows how large they are, and remembers that from one batch to the next. */
export function createBodyParts(reader: Reader, key: Buffer, most: number): PartRows {
  const budget = createByteBudget(4, PART_BYTES)
  return async function* <R extends Identified>(rows: readonly R[]) {
    let part: R[] = []
    let bodies = new Map<EntryId, RawEntry>()
    let bytes = 0
    for (let at = 0; at < rows.length;) {
      const slice = rows.slice(at, at + budget.count(100))
      at += slice.length
      const found = await entriesById(
        reader,
        key,
        slice.map(({ id }) => id),
      )
      budget.saw(
        slice.length,
        [...found.values()].reduce((sum, entry) => sum + entryBytes(entry), 0),
      )
      for (const row of slice) {
        const body = found.get(row.id)
        const size = body ? entryBytes(body) : 0
        if (part.length > 0 && (part.length >= most || bytes + size > PART_BYTES)) {
          yield { rows: part, bodies }
          part = []
          bodies = new Map()
          bytes = 0
        }
        part.push(row)
        if (body) bodies.set(row.id, body)
        bytes += size
      }
    }
    if (part.length > 0) yield { rows: part, bodies }
  }
}
