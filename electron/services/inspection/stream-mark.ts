import { z } from 'zod'
import { bytes } from '../../../shared/bytes'
import { parseCount } from '../../../shared/count'
import { entryId, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import { fromBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import type { GroupSource } from '../../redis/source'
import { consumerInfos, findGroup, streamEnds, type StreamEnds } from '../../redis/xinfo'
import { forEachEntry, parseEntries, type RawEntry } from '../../redis/xrange'
import { averageEntryBytes } from './entry-size'
import { couldBecome, digestOfParts } from './stream-snapshot'

/** As text: it may not fit a JSON number. */
const countText = z.string().regex(/^-?\d{1,19}$/)

const groupMark = z.object({
  lastDeliveredId: entryId,
  entriesRead: countText.nullable(),
  /** Some of its consumers: where nothing else tells a group from one that was made anew at the same position. */
  consumers: z.array(bytes).optional(),
})
export type GroupMark = z.infer<typeof groupMark>

/**
 * What a stream is known again by: figures that never go back on one and the same stream. They do when it was deleted and
 * made anew, when a backup was restored, and when a failover lost the last of it. `entriesAdded`: null before 7.0.
 */
export const streamMark = z.object({
  lastGeneratedId: entryId,
  firstId: entryId.nullable(),
  entriesAdded: countText.nullable(),
  /** Where the group stood; null: it was to be gone. Not in older records; nor are `bodies`. */
  group: groupMark.nullable().optional(),
  /** Some entries, with a digest of what they hold: that never changes under one id of one stream. */
  bodies: z.array(z.tuple([entryId, z.string()])).optional(),
})
export type StreamMark = z.infer<typeof streamMark>

/**
 * So many bodies are read for it at most, and not more of them than this comes to by their average size (an estimate). The
 * stream's ends come with its figures anyway.
 */
const MOST_BODIES = 16
const MOST_BYTES = 1024 * 1024
/** So many are looked for at equal distances between the ends: these may be trimmed, or deleted, first. */
const IN_BETWEEN = 3

export interface MarkOf {
  readonly group: Buffer | null
  /** Entries whose bodies tell; some of them are read. */
  readonly ids: readonly EntryId[]
  /** These and no others: they are what it was known by. */
  readonly known?: boolean
  /** Whether all consumers of the group are told. */
  readonly consumers?: boolean
}

/** 'gone' where there is no such stream; null where the server refuses to tell. */
export async function readStreamMark(reader: Reader, key: Buffer, about: MarkOf): Promise<StreamMark | 'gone' | null> {
  try {
    const stream = await streamEnds(reader, key)
    const { lastGeneratedId, firstId, entriesAdded } = stream
    const added = entriesAdded === null ? null : String(entriesAdded)
    const group = about.group === null ? undefined : await readGroupMark({ reader, key, group: about.group }, about)
    const bodies = [...(await readBodies(reader, key, stream, about))]
    return { lastGeneratedId, firstId, entriesAdded: added, group, bodies }
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return 'gone'
    if (isAppError(error, 'REDIS')) return null
    throw error
  }
}

/** For the journal, which has nothing to say of what can't be told. */
export function noted(mark: StreamMark | 'gone' | null): StreamMark | undefined {
  return mark === null || mark === 'gone' ? undefined : mark
}

async function readGroupMark(source: GroupSource, about: MarkOf): Promise<GroupMark | undefined> {
  const { reader, key, group } = source
  const info = await findGroup(source)
  if (!info) return undefined
  const { lastDeliveredId } = info
  const entriesRead = info.entriesRead === null ? null : String(info.entriesRead)
  if (about.consumers !== true) return { lastDeliveredId, entriesRead }
  const consumers = (await consumerInfos(reader, key, group)).map(({ name }) => fromBuffer(name))
  return { lastDeliveredId, entriesRead, consumers }
}

/** Digests of what some entries hold. */
async function readBodies(
  reader: Reader,
  key: Buffer,
  { first, last, length }: StreamEnds,
  { ids, known = false }: MarkOf,
): Promise<ReadonlyMap<EntryId, string>> {
  const bodies = new Map<EntryId, string>()
  const take = ({ id, fields }: RawEntry): void => void bodies.set(id, digestOfParts(fields))
  for (const end of [first, last]) if (end !== null && (!known || ids.includes(end.id))) take(end)
  const average = await averageEntryBytes({ reader, key }, length)
  // Where nothing tells how large they are, those that came with the figures have to do.
  let room = average === null ? (known ? 2 : 0) : mostOf(average) - bodies.size
  const wanted = evenly(
    ids.filter((id) => !bodies.has(id)),
    Math.max(0, known ? room : room - IN_BETWEEN),
  )
  await forEachEntry(reader, key, wanted, take)
  room -= wanted.length
  if (known || first === null || last === null) return bodies
  const from = idsBetween(first.id, last.id, Math.min(room, IN_BETWEEN))
  for (const reply of await reader.pipeline(from.map((id) => ['XRANGE', key, id, last.id, 'COUNT', 1] as const))) {
    if (isAppError(reply)) throw reply
    parseEntries(reply).forEach(take)
  }
  return bodies
}

function mostOf(averageBytes: number): number {
  return Math.min(MOST_BODIES, Math.floor(MOST_BYTES / Math.max(1, averageBytes)))
}

/** At equal distances between two ids, both left out: no more than so many. */
function idsBetween(first: EntryId, last: EntryId, most: number): readonly EntryId[] {
  const numberOf = (id: EntryId): bigint => {
    const [ms = '0', seq = '0'] = id.split('-')
    return (BigInt(ms) << 64n) + BigInt(seq)
  }
  const [from, to] = [numberOf(first), numberOf(last)]
  return Array.from({ length: Math.max(0, most) }, (_, at) => {
    const number = from + ((to - from) * BigInt(at + 1)) / BigInt(most + 1)
    return `${number >> 64n}-${number & 0xffff_ffff_ffff_ffffn}`
  })
}

/** The first, the last, and what lies at equal distances in between. */
function evenly<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all
  const step = most > 1 ? (all.length - 1) / (most - 1) : 0
  return Array.from({ length: most }, (_, at) => all[Math.round(at * step)]).filter((each) => each !== undefined)
}

/** Whether the stream that is there now can be the one of then. */
export function canBeTheSame(then: StreamMark, now: StreamMark): boolean {
  return couldBecome(figures(then), figures(now))
}

function figures({ lastGeneratedId, firstId, entriesAdded }: StreamMark) {
  return { lastGeneratedId, firstId, entriesAdded: entriesAdded === null ? null : parseCount(entriesAdded) }
}
