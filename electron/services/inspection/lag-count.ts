import { createByteBudget } from '../../redis/byte-budget'
import type { Reader } from '../../redis/reader-writer'
import { entryBytes, range } from '../../redis/xrange'
import { nextId, type EntryId } from '../../../shared/entry-id'
import type { LagCount } from './lag'

/** Counting stops here: the entries have to be read for it. */
export const MAX_COUNTED = 10_000
const MAX_COUNTED_BYTES = 16 * 1024 * 1024

/** Counts the entries after `id`, page by page, up to 10 000 of them or 16 MiB. */
export async function countAfter(reader: Reader, key: Buffer, id: EntryId): Promise<LagCount> {
  const budget = createByteBudget()
  let last = id
  let counted = 0
  for (let bytes = 0; counted < MAX_COUNTED && bytes < MAX_COUNTED_BYTES;) {
    const from = nextId(last)
    if (from === null) return { counted, complete: true }
    const count = budget.count(Math.min(1000, MAX_COUNTED - counted))
    const entries = await range(reader, key, { from, to: '+', count })
    const size = entries.reduce((sum, entry) => sum + entryBytes(entry), 0)
    budget.saw(entries.length, size)
    bytes += size
    counted += entries.length
    if (entries.length < count) return { counted, complete: true }
    last = entries.at(-1)?.id ?? last
  }
  return { counted, complete: false }
}
