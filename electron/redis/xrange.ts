import type { EntryId } from '../../shared/entry-id'
import { isAppError, type AppError } from '../../shared/error'
import { createByteBudget, REPLY_BYTES } from './byte-budget'
import { cutReply } from './errors'
import { callLarge, type Reader } from './reader-writer'
import { asBuffer, asId, asList, asPairs, type Reply } from './reply'
import type { CutWhole } from './too-large'

export interface RawEntry {
  readonly id: EntryId
  /** name, value, name, value… in order; names may repeat. */
  readonly fields: readonly Buffer[]
  /** Where one reply can't hold it: what it has beyond these fields, and how many bytes with them. */
  readonly cut?: { readonly moreFields: number; readonly bytes: number }
}

export interface EntryRange {
  /** The command's own words: `-`, `+`, an id, or `(id` (6.2+). Where to begin: the greater end when `reverse`. */
  readonly from: string
  readonly to: string
  readonly count: number
  readonly reverse?: boolean
}

/** Entries of a range, in its order. `isWhole`: these are all of it, or as many as were asked for. */
export interface RangePage {
  readonly entries: readonly RawEntry[]
  readonly isWhole: boolean
}

/**
 * XRANGE, or XREVRANGE when `reverse`. Empty for a stream that doesn't exist: Redis gives no error there. Where entries turn out to
 * be so large that one reply can't hold them, the first of them alone; that one by a connection of its own, or `cut`: as much
 * of it as one reply holds. https://redis.io/docs/latest/commands/xrange/
 */
export async function rangePage(
  reader: Reader,
  key: Buffer,
  { from, to, count, reverse }: EntryRange,
  large: 'whole' | 'cut' = 'whole',
): Promise<RangePage> {
  const line = [reverse ? 'XREVRANGE' : 'XRANGE', key, from, to, 'COUNT'] as const
  const first = async (error: unknown): Promise<readonly RawEntry[]> => {
    const cut = cutReply(error)
    if (cut === null) throw error
    return large === 'cut' ? cutEntries(cut) : parseEntries(await callLarge(reader, ...line, 1))
  }
  try {
    return { entries: parseEntries(await reader.call(...line, count)), isWhole: true }
  } catch (error) {
    if (count === 1 || cutReply(error) === null) return { entries: await first(error), isWhole: true }
    return { entries: await reader.call(...line, 1).then(parseEntries, first), isWhole: false }
  }
}

/** The same, of few entries that are known to be small, or of one. */
export async function range(reader: Reader, key: Buffer, span: EntryRange): Promise<readonly RawEntry[]> {
  return (await rangePage(reader, key, span)).entries
}

/** The entry of a reply that has but one, and was cut; none where not even its id was kept. */
export function cutEntries({ reply, bodies, bodyBytes }: CutWhole): readonly RawEntry[] {
  const [first] = Array.isArray(reply) ? asList(reply) : []
  const [id, fields] = Array.isArray(first) ? asList(first) : []
  if (id === undefined || id === null) return []
  const kept = (Array.isArray(fields) ? asList(fields) : []).map((each) => (each === null ? null : asBuffer(each)))
  const end = kept.indexOf(null)
  const pairs = Math.floor((end < 0 ? kept.length : end) / 2)
  return [
    {
      id: asId(id),
      fields: kept.slice(0, pairs * 2).flatMap((each) => each ?? []),
      cut: { moreFields: (bodies - 1) / 2 - pairs, bytes: bodyBytes - asBuffer(id).length },
    },
  ]
}

export function parseEntries(reply: Reply): readonly RawEntry[] {
  return asList(reply).map(parseEntry)
}

export function parseEntry(reply: Reply): RawEntry {
  const [id, fields] = asList(reply)
  return { id: asId(id), fields: asPairs(fields).map(asBuffer) }
}

/** All bytes of names and values. */
export function entryBytes({ fields, cut }: RawEntry): number {
  return cut?.bytes ?? fields.reduce((sum, part) => sum + part.length, 0)
}

/** Entries by id, each looked up on its own; those that don't exist are left out. Pipelined, at most 100 a time. `large`: see `rangePage`. */
export async function entriesById(
  reader: Reader,
  key: Buffer,
  ids: readonly EntryId[],
  large: 'whole' | 'cut' = 'whole',
): Promise<ReadonlyMap<EntryId, RawEntry>> {
  const found = new Map<EntryId, RawEntry>()
  const keep = (entry: RawEntry): void => void found.set(entry.id, entry)
  if (large === 'whole') await forEachEntry(reader, key, ids, keep)
  else await lookUp(reader, key, ids, keep)
  return found
}

/** Which of the ids still exist in the stream. Redis can't tell without sending the entries, so slices are kept small. */
export async function existingIds(reader: Reader, key: Buffer, ids: readonly EntryId[]): Promise<ReadonlySet<EntryId>> {
  const found = new Set<EntryId>()
  await lookUp(reader, key, ids, ({ id }) => void found.add(id))
  return found
}

/**
 * Entries by id, each once `take` is done with the one before, so that none need be kept. Pipelined, at most 100 a time; those that are
 * large one by one.
 */
export async function forEachEntry(
  reader: Reader,
  key: Buffer,
  ids: readonly EntryId[],
  take: (entry: RawEntry) => Promise<void> | void,
): Promise<void> {
  await lookUp(reader, key, ids, async (entry) => {
    if (!entry.cut) return take(entry)
    for (const whole of parseEntries(await callLarge(reader, ...lineOf(key, entry.id)))) await take(whole)
  })
}

const lineOf = (key: Buffer, id: EntryId) => ['XRANGE', key, id, id, 'COUNT', 1] as const

/** `met`: each that is there, cut where one reply can't hold it. */
async function lookUp(
  reader: Reader,
  key: Buffer,
  ids: readonly EntryId[],
  met: (entry: RawEntry) => Promise<void> | void,
): Promise<void> {
  const budget = createByteBudget(1, REPLY_BYTES, 100)
  for (let at = 0; at < ids.length;) {
    const slice = ids.slice(at, at + budget.count(100))
    const replies = await reader.pipeline(slice.map((id) => lineOf(key, id)))
    // What is cut behind others may be so for all that these took, down to nothing: it is asked for again, as the first.
    const cutAt = replies.findIndex((reply, nth) => nth > 0 && cutReply(reply) !== null)
    const told = cutAt < 0 ? replies : replies.slice(0, cutAt)
    let bytes = 0
    for (const reply of told) {
      for (const entry of entriesOf(reply)) {
        bytes += entryBytes(entry)
        await met(entry)
      }
    }
    budget.saw(told.length, bytes)
    at += told.length
  }
}

/**
 * Of a reply that has one entry at most: it is cut where the reply could not hold it. Throws its error, also where not even
 * an id was kept: that is not to have none.
 */
export function entriesOf(reply: Reply | AppError): readonly RawEntry[] {
  const cut = cutReply(reply)
  const entries = cut === null ? [] : cutEntries(cut)
  if (entries.length > 0) return entries
  if (isAppError(reply)) throw reply
  return parseEntries(reply)
}
