import { comparedWith, compareIds, MAX_ID, MIN_ID, type EntryId } from '../../../shared/entry-id'
import type { Criteria } from '../../../shared/model/selection'
import { nameKey } from '../../redis/bytes'
import { goneIdsByScript } from '../../redis/gone-ids'
import { originOf, type Reader } from '../../redis/reader-writer'
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
  return (await lookFor(reader, key, ids, { most: Infinity, trimsAcked }))?.gone ?? new Set()
}

/**
 * How many of these ids are gone from the stream; null where that would take more than `most` look-ups that each send a whole entry.
 * `lookedUp`: how many of those it took.
 */
export function goneWithin(
  reader: Reader,
  key: Buffer,
  ids: readonly EntryId[],
  most: number,
): Promise<{ readonly gone: ReadonlySet<EntryId>; readonly lookedUp: number } | null> {
  return lookFor(reader, key, ids, { most, trimsAcked: false })
}

/** What a command of the script that looks takes of the server, in look-ups that send an entry each. */
const OF_SCRIPT = 20
/** Of so few it is looked for each, whatever the bounds say; of more for so many. */
const FEW = 200
const SOME = 50

/**
 * The bounds of a stream may hide what was deleted: a load of what Redis 6 wrote begins with none, and XSETID sets any. To look for all that
 * they say is there would take the server ten times as long: so, by a script that sends no bodies (7.0+), only few are, some of many, and all where
 * something was found to be hidden.
 */
async function lookFor(
  reader: Reader,
  key: Buffer,
  ids: readonly EntryId[],
  { most, trimsAcked }: { readonly most: number; readonly trimsAcked: boolean },
): Promise<{ readonly gone: ReadonlySet<EntryId>; readonly lookedUp: number } | null> {
  if (ids.length === 0) return { gone: new Set(), lookedUp: 0 }
  const { gone, unsure, there } = await toldByBounds(reader, key, ids, trimsAcked)
  const doubted = there.length <= FEW || isHiding(reader, key) ? there : someOf(there)
  const open = [...unsure, ...doubted].sort(compareIds)
  const commands = open.length <= most ? Infinity : Math.floor(most / OF_SCRIPT)
  const byScript = await goneIdsByScript(reader, key, open, commands)
  const looked = new Set(open.slice(0, byScript?.looked ?? 0))
  const used = Math.min(looked.size, (byScript?.commands ?? 0) * OF_SCRIPT)
  const left = unsure.filter((id) => !looked.has(id))
  if (left.length > most - used) return null
  const existing = await existingIds(reader, key, left)
  const missing = [...(byScript?.gone ?? []), ...left.filter((id) => !existing.has(id))]
  // Those that were not looked for may be hidden as well.
  if (noteHidden(reader, key, missing, doubted) && doubted.length < there.length) {
    return lookFor(reader, key, ids, { most, trimsAcked })
  }
  return { gone: new Set([...gone, ...missing]), lookedUp: used + left.length }
}

interface Told {
  readonly gone: readonly EntryId[]
  readonly unsure: readonly EntryId[]
  readonly there: readonly EntryId[]
}

/**
 * What the stream's own bounds tell: before its first entry all is gone, and after the greatest id that it knows to be deleted
 * (7.0+) nothing is.
 */
async function toldByBounds(reader: Reader, key: Buffer, ids: readonly EntryId[], trimsAcked: boolean): Promise<Told> {
  const { firstId, maxDeletedId, entriesAdded, length } = await streamInfo(reader, key)
  if (firstId === null) return { gone: ids, unsure: [], there: [] }
  const mayHaveHoles = trimsAcked && String(entriesAdded) !== String(length)
  const [toFirst, toDeleted] = [comparedWith(firstId), comparedWith(mayHaveHoles ? MAX_ID : (maxDeletedId ?? MAX_ID))]
  const [gone, unsure, there]: [EntryId[], EntryId[], EntryId[]] = [[], [], []]
  for (const id of ids) (toFirst(id) < 0 ? gone : toDeleted(id) <= 0 ? unsure : there).push(id)
  return { gone, unsure, there }
}

/** Streams of which something was found to be gone that their bounds said is there: by the origin of a reader. */
const hiding = new WeakMap<object, Set<string>>()
const MOST_HIDING = 10_000

function isHiding(reader: Reader, key: Buffer): boolean {
  return hiding.get(originOf(reader))?.has(nameKey(key)) === true
}

/** Whether it is so, and is kept. */
function noteHidden(reader: Reader, key: Buffer, gone: readonly EntryId[], doubted: readonly EntryId[]): boolean {
  const claimed = new Set(doubted)
  if (!gone.some((id) => claimed.has(id))) return false
  const keys = hiding.get(originOf(reader)) ?? new Set()
  if (keys.size >= MOST_HIDING) return false
  hiding.set(originOf(reader), keys.add(nameKey(key)))
  return true
}

/** At equal distances. */
function someOf(ids: readonly EntryId[]): readonly EntryId[] {
  return Array.from({ length: SOME }, (_, nth) => ids[Math.floor(((nth + 0.5) * ids.length) / SOME)] ?? MIN_ID)
}

/** Whether anything after this id may be gone from the stream, by its own bounds, unless they were found to hide some; before 7.0 they don't tell. */
export async function mayBeGoneAfter(reader: Reader, key: Buffer, id: EntryId): Promise<boolean> {
  if (isHiding(reader, key)) return true
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
