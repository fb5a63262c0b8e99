import { nextId, type EntryId } from '../../../shared/entry-id'
import type { RawEntry } from '../../redis/xrange'
import type { Source } from '../../redis/source'
import { walk } from '../inspection/stream-walk'

/** The entries of a stream up to an id, that one included, after another one if there is one; read in bounded pages. */
export async function* liveEntries(
  { reader, key }: Source,
  through: EntryId,
  after: EntryId | null = null,
): AsyncGenerator<RawEntry, void> {
  const from = after === null ? '-' : nextId(after)
  if (from === null) return
  for await (const page of walk(reader, key, { from, to: through })) yield* page
}

export async function* noEntries(): AsyncGenerator<RawEntry, void> {
  // Of a stream that is gone, or is not to be merged with.
}
