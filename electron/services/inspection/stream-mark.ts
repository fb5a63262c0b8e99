import { z } from 'zod'
import { bytes } from '../../../shared/bytes'
import { parseCount } from '../../../shared/count'
import { entryId, type EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import { fromBuffer } from '../../redis/bytes'
import { cutReply } from '../../redis/errors'
import type { Reader } from '../../redis/reader-writer'
import { digestOfBody, entryDigests, type IdRange } from '../../redis/entry-digests'
import type { GroupSource, Source } from '../../redis/source'
import {
  consumerInfos,
  findGroup,
  streamInfoMeasured,
  type ConsumerInfo,
  type StreamEnds,
  type StreamInfo,
} from '../../redis/xinfo'
import { forEachEntry, parseEntries, type RawEntry } from '../../redis/xrange'
import { averageEntryBytes } from './entry-size'
import { couldBecome } from './stream-snapshot'

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
  /** Not in older records. */
  length: z.number().optional(),
  /** Where the group stood; null: it was to be gone. Not in older records; nor are `bodies`. */
  group: groupMark.nullable().optional(),
  /** Some entries, with a digest of what they hold: that never changes under one id of one stream. */
  bodies: z.array(z.tuple([entryId, z.string()])).optional(),
})
export type StreamMark = z.infer<typeof streamMark>

/**
 * Digests of so many bodies are noted at most. Where no script makes them in the server they are read, and then not more
 * of them than this comes to by their average size (an estimate).
 */
const MOST_BODIES = 16
const MOST_BYTES = 1024 * 1024
/** Once a script has touched so many, it ends: nobody else is served meanwhile. */
const MOST_TOUCHED = 4 * 1024 * 1024
/** Consumers: one of them that is still there tells. */
export const MOST_CONSUMERS = 8
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
    const { info, whole } = await streamInfoMeasured(reader, key)
    const { lastGeneratedId, firstId, entriesAdded, length } = info
    const added = entriesAdded === null ? null : String(entriesAdded)
    const [group, bodies] = await Promise.all([
      about.group === null ? undefined : readGroupMark({ reader, key, group: about.group }, about),
      digestsBy(reader, key, info, whole, about),
    ])
    return { lastGeneratedId, firstId, entriesAdded: added, length, group, bodies: [...bodies] }
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return 'gone'
    if (isAppError(error, 'REDIS')) return null
    throw error
  }
}

/** For the journal, which has nothing to say of what can't be told. */
export function noted(mark: StreamMark | 'gone' | null): StreamMark | undefined {
  if (mark === null || mark === 'gone') return undefined
  const { group } = mark
  if (!group?.consumers) return mark
  return { ...mark, group: { ...group, consumers: group.consumers.slice(0, MOST_CONSUMERS) } }
}

async function readGroupMark(source: GroupSource, about: MarkOf): Promise<GroupMark | undefined> {
  const { reader, key, group } = source
  const [info, infos] = await Promise.all([
    findGroup(source),
    about.consumers === true ? consumerInfos(reader, key, group).catch(noneWithoutGroup) : null,
  ])
  if (!info) return undefined
  const { lastDeliveredId } = info
  const entriesRead = info.entriesRead === null ? null : String(info.entriesRead)
  if (infos === null) return { lastDeliveredId, entriesRead }
  return { lastDeliveredId, entriesRead, consumers: infos.map(({ name }) => fromBuffer(name)) }
}

function noneWithoutGroup(error: unknown): readonly ConsumerInfo[] {
  if (isAppError(error, 'NOT_FOUND')) return []
  throw error
}

/** Digests of what some entries hold: the first and the last one, what is asked for, and some in between. */
async function digestsBy(
  reader: Reader,
  key: Buffer,
  info: StreamInfo,
  whole: StreamEnds | null,
  { ids, known = false }: MarkOf,
): Promise<ReadonlyMap<EntryId, string>> {
  const { firstId, lastId } = info
  if (firstId === null || lastId === null) return new Map()
  const ends = known ? [] : [firstId, lastId]
  const wanted = [...new Set([...ends, ...evenly(ids, MOST_BODIES - (known ? 0 : ends.length + IN_BETWEEN))])]
  const between = known ? [] : idsBetween(firstId, lastId, IN_BETWEEN)
  const one = wanted.map((id): IdRange => [id, id])
  const ranges = [...one, ...between.map((id): IdRange => [id, lastId])]
  const digests = await entryDigests(reader, key, ranges, MOST_TOUCHED)
  return digests ?? readDigests({ reader, key }, info.length, { wanted, between, whole, lastId })
}

/** What entries that were noted hold now, those that are there; null: no script that reads can be run. */
export function digestsOf(reader: Reader, key: Buffer, bodies: NonNullable<StreamMark['bodies']>) {
  return entryDigests(
    reader,
    key,
    bodies.map(([id]): IdRange => [id, id]),
    MOST_TOUCHED,
  )
}

interface Wanted {
  readonly wanted: readonly EntryId[]
  readonly between: readonly EntryId[]
  readonly whole: StreamEnds | null
  readonly lastId: EntryId
}

async function readDigests(
  { reader, key }: Source,
  length: number,
  { wanted, between, whole, lastId }: Wanted,
): Promise<ReadonlyMap<EntryId, string>> {
  const digests = new Map<EntryId, string>()
  const take = ({ id, fields }: RawEntry): void => void digests.set(id, digestOfBody(fields))
  for (const end of [whole?.first, whole?.last]) if (end && wanted.includes(end.id)) take(end)
  const average = await averageEntryBytes({ reader, key }, length)
  // Where nothing tells how large they are, those that came with the figures have to do.
  const room = average === null ? 0 : mostOf(average) - digests.size
  const others = wanted.filter((id) => !digests.has(id))
  const asked = evenly(others, Math.max(0, room - between.length))
  await forEachEntry(reader, key, asked, take)
  const more = between.slice(0, Math.max(0, room - asked.length))
  for (const reply of await reader.pipeline(more.map((id) => ['XRANGE', key, id, lastId, 'COUNT', 1] as const))) {
    if (cutReply(reply) !== null) continue
    if (isAppError(reply)) throw reply
    parseEntries(reply).forEach(take)
  }
  return digests
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

function figures({ lastGeneratedId, firstId, entriesAdded, length }: StreamMark) {
  const added = entriesAdded === null ? null : parseCount(entriesAdded)
  return { lastGeneratedId, firstId, entriesAdded: added, length }
}
