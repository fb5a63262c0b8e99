import type { EntryId } from '../../../shared/entry-id'
import { afterId } from '../../redis/after-id'
import { createByteBudget } from '../../redis/byte-budget'
import type { Reader } from '../../redis/client'
import { entryBytes, range, type RawEntry } from '../../redis/xrange'

/** What a plan may read at most: entries, and bytes. */
const MAX_ENTRIES = 100_000
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Walks a stream in bounded pages, oldest or newest first, from an id (or `(id`, `-`, `+`) to another. Ends early, with
 * null, when the bounds of a plan are reached; `bounded: false` walks on.
 */
export async function* walk(
  reader: Reader,
  key: Buffer,
  span: { from: string; to: string; reverse?: boolean; exclusiveRange: boolean; bounded: boolean },
): AsyncGenerator<readonly RawEntry[] | null, void> {
  const budget = createByteBudget(100)
  let from: string | null = span.from
  let entries = 0
  let bytes = 0
  while (from !== null) {
    const count = budget.count(1000)
    const page: readonly RawEntry[] = await range(reader, key, {
      from,
      to: span.to,
      count,
      reverse: span.reverse ?? false,
    })
    if (page.length === 0) return
    const size = page.reduce((sum, entry) => sum + entryBytes(entry), 0)
    budget.saw(page.length, size)
    entries += page.length
    bytes += size
    yield page
    if (page.length < count) return
    if (span.bounded && (entries >= MAX_ENTRIES || bytes >= MAX_BYTES)) {
      yield null
      return
    }
    const last: EntryId | undefined = page.at(-1)?.id
    from = last === undefined ? null : span.reverse ? `(${last}` : afterId(last, span.exclusiveRange)
  }
}

/** How many entries lie in a span; null when that is more than a plan may read. */
export async function countEntries(
  reader: Reader,
  key: Buffer,
  span: { from: string; to: string; exclusiveRange: boolean },
): Promise<number | null> {
  let counted = 0
  for await (const page of walk(reader, key, { ...span, bounded: true })) {
    if (page === null) return null
    counted += page.length
  }
  return counted
}
