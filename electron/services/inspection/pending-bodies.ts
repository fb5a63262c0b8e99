import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { Entry } from '../../../shared/model/entry'
import { createPageBudget, REPLY_BYTES } from '../../redis/byte-budget'
import type { Reader } from '../../redis/reader-writer'
import { entriesById, entryBytes, rangePage, type RawEntry } from '../../redis/xrange'
import { LIST_ROW, viewEntry } from './entry-view'

/** What a page of bodies may hold altogether, about, as it goes to the screen. */
const PAGE_BYTES = 2 * 1024 * 1024
/** So few entries between the wanted ones that one range is cheaper than a command per id. */
const WASTE = 32

export interface Bodies {
  /** Those that exist in the stream, cut as for a list. */
  readonly bodies: ReadonlyMap<EntryId, Entry>
  /** How many of the ids were looked at: all, unless the entries are large. */
  readonly looked: number
}

/**
 * The entries of ids that come in ascending order. While the wanted ids lie close together they are read as a range;
 * where the stream has many others between them, each by itself.
 */
export async function readBodies(reader: Reader, key: Buffer, ids: readonly EntryId[]): Promise<Bodies> {
  const bodies = new Map<EntryId, Entry>()
  const budget = createPageBudget()
  let looked = 0
  let bytesRead = 0
  let bytesShown = 0
  let wasted = 0
  const take = (entry: RawEntry): void => {
    const shown = viewEntry(entry, LIST_ROW)
    bytesShown += Math.min(shown.size, LIST_ROW.totalBytes)
    bodies.set(entry.id, shown)
  }

  while (looked < ids.length && bytesRead < REPLY_BYTES && bytesShown < PAGE_BYTES) {
    const wanted = ids.slice(looked, looked + budget.count(ids.length - looked))
    if (wasted > WASTE + bodies.size) {
      const found = await entriesById(reader, key, wanted, 'cut')
      for (const entry of found.values()) take(entry)
      const bytes = sizeOf([...found.values()])
      budget.saw(wanted.length, bytes)
      bytesRead += bytes
      looked += wanted.length
      continue
    }
    const asked = wanted.length
    const span = { from: wanted[0] ?? '-', to: wanted.at(-1) ?? '+', count: asked }
    const { entries: rows, isWhole } = await rangePage(reader, key, span, 'cut')
    const set = new Set(wanted)
    for (const row of rows) {
      if (set.has(row.id)) take(row)
      else wasted += 1
    }
    const bytes = sizeOf(rows)
    budget.saw(rows.length, bytes)
    bytesRead += bytes
    // A full reply may have stopped short of the last wanted ids; any other has told of them all.
    const last = isWhole && rows.length < asked ? undefined : rows.at(-1)?.id
    looked += last === undefined ? asked : wanted.filter((id) => compareIds(id, last) <= 0).length
  }
  return { bodies, looked }
}

function sizeOf(entries: readonly RawEntry[]): number {
  return entries.reduce((sum, entry) => sum + entryBytes(entry), 0)
}
