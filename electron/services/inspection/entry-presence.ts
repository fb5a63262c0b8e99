import { comparedWith, compareIds, MAX_ID, type EntryId } from '../../../shared/entry-id'
import type { Criteria } from '../../../shared/model/selection'
import type { Reader } from '../../redis/reader-writer'
import { streamInfo } from '../../redis/xinfo'
import { existingIds, forEachEntry } from '../../redis/xrange'
import { createTimeSlice } from '../lib/time-slice'
import { bodyTest } from './pending-criteria'

/**
 * Of these ids, the ones whose entries are no longer in the stream. `trimsAcked`: they need not be pending, and the server
 * has XTRIM … ACKED (8.2+). That takes what no group needs out of the midst of a stream, and max-deleted-entry-id does not
 * tell of it.
 */
export async function goneIds(
  reader: Reader,
  key: Buffer,
  ids: readonly EntryId[],
  { trimsAcked = false }: { readonly trimsAcked?: boolean } = {},
): Promise<ReadonlySet<EntryId>> {
  return ids.length === 0 ? new Set() : partGone(await toldByBounds(reader, key, ids, trimsAcked), reader, key)
}

/**
 * How many of these ids are gone from the stream; null where that would take more than `most` entries to be looked up.
 * Each look-up sends a whole entry.
 */
export async function goneWithin(
  reader: Reader,
  key: Buffer,
  ids: readonly EntryId[],
  most: number,
): Promise<{ readonly gone: ReadonlySet<EntryId>; readonly lookedUp: number } | null> {
  if (ids.length === 0) return { gone: new Set(), lookedUp: 0 }
  const told = await toldByBounds(reader, key, ids)
  if (told.unsure.length > most) return null
  return { gone: await partGone(told, reader, key), lookedUp: told.unsure.length }
}

interface Told {
  readonly gone: readonly EntryId[]
  readonly unsure: readonly EntryId[]
}

/**
 * The stream's own bounds tell most at once: before its first entry all is gone, and after the greatest id ever deleted
 * (7.0+) nothing is.
 */
async function toldByBounds(reader: Reader, key: Buffer, ids: readonly EntryId[], trimsAcked = false): Promise<Told> {
  const { firstId, maxDeletedId, entriesAdded, length } = await streamInfo(reader, key)
  if (firstId === null) return { gone: ids, unsure: [] }
  const mayHaveHoles = trimsAcked && String(entriesAdded) !== String(length)
  const [toFirst, toDeleted] = [comparedWith(firstId), comparedWith(mayHaveHoles ? MAX_ID : (maxDeletedId ?? MAX_ID))]
  const gone: EntryId[] = []
  const unsure: EntryId[] = []
  for (const id of ids) {
    if (toFirst(id) < 0) gone.push(id)
    else if (toDeleted(id) <= 0) unsure.push(id)
  }
  return { gone, unsure }
}

async function partGone({ gone, unsure }: Told, reader: Reader, key: Buffer): Promise<ReadonlySet<EntryId>> {
  const existing = await existingIds(reader, key, unsure)
  return new Set([...gone, ...unsure.filter((id) => !existing.has(id))])
}

/** Whether anything after this id may be gone from the stream, by the stream's own bounds; before 7.0 they don't tell. */
export async function mayBeGoneAfter(reader: Reader, key: Buffer, id: EntryId): Promise<boolean> {
  const { firstId, maxDeletedId } = await streamInfo(reader, key)
  if (firstId === null || maxDeletedId === null) return true
  return compareIds(firstId, id) > 0 || compareIds(maxDeletedId, id) > 0
}

/** Whether XCLAIM drops entries that are gone from the pending list: since 7.0, which also tells of deleted ids. */
export async function dropsGone(reader: Reader, key: Buffer): Promise<boolean> {
  return (await streamInfo(reader, key)).maxDeletedId !== null
}

export interface WithBodies<T> {
  readonly rows: readonly T[]
  /** Of these nobody could tell (see `entryTest`): they are none of the rows. */
  readonly untold: readonly T[]
}

/** The rows whose entries are as the criteria ask. Reads every body, and keeps none. Throws the signal's reason. */
export async function withBodies<T extends { readonly id: EntryId }>(
  reader: Reader,
  key: Buffer,
  rows: readonly T[],
  criteria: Criteria,
  signal?: AbortSignal,
): Promise<WithBodies<T>> {
  const isMatch = await bodyTest(criteria)
  const slice = createTimeSlice(signal)
  const seen = new Map<EntryId, boolean | null>()
  const ids = rows.map(({ id }) => id)
  await forEachEntry(reader, key, ids, async (entry) => {
    seen.set(entry.id, isMatch(entry))
    if (slice.isOver()) await slice.rest()
  })
  const ofGone = isMatch(null)
  const answerOf = ({ id }: T): boolean | null => (seen.has(id) ? (seen.get(id) ?? null) : ofGone)
  return {
    rows: rows.filter((row) => answerOf(row) === true),
    untold: rows.filter((row) => answerOf(row) === null),
  }
}
