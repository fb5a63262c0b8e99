import { createByteBudget } from '../../redis/byte-budget'
import type { Reader } from '../../redis/reader-writer'
import type { Counted } from '../../redis/stream-look'
import { entryBytes, rangePage } from '../../redis/xrange'
import { MAX_ID, nextId, type EntryId } from '../../../shared/entry-id'
import type { LagCount } from './lag'
import type { Looker } from './look'

/** Counting stops here: the server has to read the entries for it. */
export const MAX_COUNTED = 10_000
const PAGE = 1_000
/** What a page may make the server read, about: some milliseconds. */
const PAGE_BYTES = 512 * 1024
const MOST_PAGES = 20
const MAX_COUNTED_BYTES = 16 * 1024 * 1024
/** What one count of what nobody asked for may bring where it brings the entries, about: a few seconds of the budget. */
const MAX_BACKGROUND_BYTES = 128 * 1024
const FEW_ENTRIES = 4
const SOME_ENTRIES = 16

/** From after an id up to another, or to the end; how large its entries are on average. */
export interface CountedRange {
  readonly after: EntryId
  readonly upTo?: EntryId
  readonly averageBytes: number
}

const NONE: Counted = { counted: 0, lastId: null, stopped: false }

/**
 * Counts entries where they are, page by page: up to 10 000 of them, or 20 pages, which are smaller the larger
 * entries are on average, and up to the first single large one. Null: the server has no script that reads.
 */
export async function countByScript(
  looker: Pick<Looker, 'countPage'>,
  key: Buffer,
  { after, upTo = MAX_ID, averageBytes }: CountedRange,
): Promise<LagCount | null> {
  const size = Math.max(10, Math.min(PAGE, Math.floor(PAGE_BYTES / Math.max(1, averageBytes))))
  let last = after
  let counted = 0
  for (let page = 0; page < MOST_PAGES && counted < MAX_COUNTED; page += 1) {
    const count = Math.min(size, MAX_COUNTED - counted)
    const found = nextId(last) === null ? NONE : await looker.countPage(key, last, upTo, count)
    if (found === null) return null
    counted += found.counted
    if (found.stopped) return { counted, complete: false }
    if (found.counted < count) return { counted, complete: true }
    last = found.lastId ?? last
  }
  return { counted, complete: false }
}

/**
 * The same where no script is allowed, by XRANGE, which brings the entries: some 128 KiB of them, a few at a time, as nobody
 * knows how large the next one is, and up to the first single large one. Null: the ACL refuses XRANGE.
 */
export async function countByCommands(
  looker: Pick<Looker, 'readPage'>,
  key: Buffer,
  { after, upTo = MAX_ID }: Pick<CountedRange, 'after' | 'upTo'>,
): Promise<LagCount | null> {
  let last = after
  let counted = 0
  let asked = FEW_ENTRIES
  for (
    let bytes = 0;
    counted < MAX_COUNTED && bytes < MAX_BACKGROUND_BYTES;
    asked = Math.min(2 * asked, SOME_ENTRIES)
  ) {
    if (nextId(last) === null) return { counted, complete: true }
    const found = await looker.readPage(key, last, upTo, asked)
    if (found === null) return null
    counted += found.counted
    bytes += found.bytes
    if (found.stopped) return { counted, complete: false }
    if (found.counted < asked) return { counted, complete: true }
    last = found.lastId ?? last
  }
  return { counted, complete: false }
}

/** The same by XRANGE, which brings the entries: up to 10 000 of them or 16 MiB. Only where somebody asked for it. */
export async function countAfter(reader: Reader, key: Buffer, id: EntryId): Promise<LagCount> {
  const budget = createByteBudget()
  let last = id
  let counted = 0
  for (let bytes = 0; counted < MAX_COUNTED && bytes < MAX_COUNTED_BYTES;) {
    const from = nextId(last)
    if (from === null) return { counted, complete: true }
    const count = budget.count(Math.min(PAGE, MAX_COUNTED - counted))
    const { entries, isWhole } = await rangePage(reader, key, { from, to: '+', count }, 'cut')
    const size = entries.reduce((sum, entry) => sum + entryBytes(entry), 0)
    budget.saw(entries.length, size)
    bytes += size
    counted += entries.length
    if (isWhole && entries.length < count) return { counted, complete: true }
    last = entries.at(-1)?.id ?? last
  }
  return { counted, complete: false }
}
