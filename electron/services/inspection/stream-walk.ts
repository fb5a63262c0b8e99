import { nextId, previousId, type EntryId } from '../../../shared/entry-id'
import { createByteBudget } from '../../redis/byte-budget'
import type { Reader } from '../../redis/reader-writer'
import { entryBytes, rangePage, type RangePage, type RawEntry } from '../../redis/xrange'

/** What a plan may read of a stream at most: entries, and bytes. */
export const MAX_ENTRIES = 100_000
const MAX_BYTES = 64 * 1024 * 1024

/** From one end to the other, both included: ids, or `-` and `+`. The greater one first when `reverse`. */
export interface Span {
  readonly from: string
  readonly to: string
  readonly reverse?: boolean
  /** Of an entry that one reply can't hold: all of it, as is usual, or as much as one holds. */
  readonly large?: 'whole' | 'cut'
}

/** Walks a stream in bounded pages: few entries at first, since nobody knows how large they are. */
export async function* walk(
  reader: Reader,
  key: Buffer,
  { from, to, reverse = false, large = 'whole' }: Span,
): AsyncGenerator<readonly RawEntry[], void> {
  const budget = createByteBudget(4)
  for (let start: string | null = from; start !== null;) {
    const count = budget.count(1000)
    const { entries: page, isWhole }: RangePage = await rangePage(
      reader,
      key,
      { from: start, to, count, reverse },
      large,
    )
    const last = page.at(-1)
    if (last === undefined) return
    budget.saw(page.length, sizeOf(page))
    yield page
    if (isWhole && page.length < count) return
    start = reverse ? previousId(last.id) : nextId(last.id)
  }
}

/** Ids of a span, in its order. `complete`: these are all of them. */
export interface IdList {
  readonly ids: readonly EntryId[]
  readonly complete: boolean
}

/** As many ids as are wanted, at most as many as a plan may read. */
export async function listIds(reader: Reader, key: Buffer, span: Span, wanted = MAX_ENTRIES): Promise<IdList> {
  const ids: EntryId[] = []
  let bytes = 0
  for await (const page of walk(reader, key, span)) {
    for (const { id } of page) ids.push(id)
    bytes += sizeOf(page)
    if (ids.length >= wanted || bytes >= MAX_BYTES) return { ids: ids.slice(0, wanted), complete: false }
  }
  return { ids, complete: true }
}

function sizeOf(page: readonly RawEntry[]): number {
  return page.reduce((sum, entry) => sum + entryBytes(entry), 0)
}
