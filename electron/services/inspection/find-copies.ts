import type { EntryId } from '../../../shared/entry-id'
import type { Source } from '../../redis/source'
import { walk } from './stream-walk'
import { endsWith } from './copy-provenance'

/** So many of a stream's newest entries are looked through for copies. */
const MOST_LOOKED_THROUGH = 10_000

export interface FoundCopies {
  /** By the id of what was copied. */
  readonly copies: ReadonlyMap<EntryId, EntryId>
  /** There are no others. */
  readonly complete: boolean
}

/**
 * Copies at the end of a stream, known by the fields that theirs end in. `at`: server time before they were made, ms since
 * 1970: Redis gives out ids by its clock, so no copy is older.
 */
export async function findCopies(
  { reader, key }: Source,
  at: number,
  expected: readonly { readonly id: EntryId; readonly tail: readonly Buffer[] }[],
): Promise<FoundCopies> {
  const copies = new Map<EntryId, EntryId>()
  let seen = 0
  for await (const page of walk(reader, key, { from: '+', to: `${at}-0`, reverse: true })) {
    for (const { id: copyId, fields } of page) {
      const original = expected.find(({ tail }) => endsWith(fields, tail))
      if (original) copies.set(original.id, copyId)
    }
    seen += page.length
    if (copies.size === expected.length) return { copies, complete: true }
    if (seen >= MOST_LOOKED_THROUGH) return { copies, complete: false }
  }
  return { copies, complete: true }
}
