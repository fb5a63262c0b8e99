import type { Count } from '../../shared/count'
import { isAppError } from '../../shared/error'
import type { EntryId } from '../../shared/entry-id'
import { cutReply } from './errors'
import { callLarge, type Reader } from './reader-writer'
import { asMissing, noSuchGroup, orMissing } from './missing'
import { askWithoutBodies } from './read-script'
import { asBuffer, asCount, asId, asList, asNumber, asRecord, replyBytes, type Reply } from './reply'
import { ENDS_BYTES } from './scripts/without-bodies-lua'
import { pipelineTimed } from './clock'
import type { GroupSource } from './source'
import { parseEntry, type RawEntry } from './xrange'

/** XINFO STREAM. Null: this server doesn't tell, or there is no such entry. */
export interface StreamInfo {
  readonly length: number
  readonly groups: number
  readonly lastGeneratedId: EntryId
  readonly firstId: EntryId | null
  readonly lastId: EntryId | null
  /** 7.0+. `0-0` when nothing was ever deleted by id. */
  readonly maxDeletedId: EntryId | null
  /** 7.0+. */
  readonly entriesAdded: Count | null
  readonly radixTreeKeys: number | null
  readonly radixTreeNodes: number | null
}

/** NOT_FOUND stream when the key is gone. https://redis.io/docs/latest/commands/xinfo-stream/ */
export async function streamInfo(reader: Reader, key: Buffer): Promise<StreamInfo> {
  return (await streamInfoMeasured(reader, key)).info
}

/**
 * The same, and how large its first and last entry are in all, bytes; `whole`: these, where they came. XINFO STREAM brings both whole: by a script that reads
 * (7.0+) they stay in the server, which has to copy them all the same.
 */
export async function streamInfoMeasured(
  reader: Reader,
  key: Buffer,
): Promise<{ readonly info: StreamInfo; readonly endsBytes: number; readonly whole: StreamEnds | null }> {
  const told = await orMissing(askWithoutBodies(reader, key, 'XINFO STREAM', ['info']), key)
  const info = told === null ? null : parseStreamInfo(told)
  if (told !== null && info !== null && isExact(info.entriesAdded)) {
    return { info, endsBytes: asNumber(asRecord(told).get(ENDS_BYTES)), whole: null }
  }
  const asked = reader.call('XINFO', 'STREAM', key).catch((error: unknown) => {
    if (cutReply(error) === null) throw error
    return callLarge(reader, 'XINFO', 'STREAM', key)
  })
  const whole = await orMissing(asked, key)
  const { first, last, ...own } = parseStreamEnds(whole)
  const ends = { first: optional(first, parseEntry), last: optional(last, parseEntry) }
  return { info: own, endsBytes: replyBytes(first) + replyBytes(last), whole: ends }
}

/** A script's numbers are doubles: from 2^53 on they are not what the server said. */
function isExact(count: Count | null): boolean {
  return count === null || (typeof count === 'number' && count < Number.MAX_SAFE_INTEGER)
}

export function parseStreamInfo(reply: Reply): StreamInfo {
  const told = asRecord(reply)
  return {
    length: asNumber(told.get('length')),
    groups: asNumber(told.get('groups')),
    lastGeneratedId: asId(told.get('last-generated-id')),
    firstId: optional(told.get('first-entry'), entryIdOf),
    lastId: optional(told.get('last-entry'), entryIdOf),
    maxDeletedId: optional(told.get('max-deleted-entry-id'), asId),
    entriesAdded: optional(told.get('entries-added'), asCount),
    radixTreeKeys: optional(told.get('radix-tree-keys'), asNumber),
    radixTreeNodes: optional(told.get('radix-tree-nodes'), asNumber),
  }
}

/** The same with the first and the last entry as they came, for whoever wants to know how large they are. */
export function parseStreamEnds(reply: Reply): StreamInfo & { readonly first: Reply; readonly last: Reply } {
  const told = asRecord(reply)
  return { ...parseStreamInfo(reply), first: told.get('first-entry') ?? null, last: told.get('last-entry') ?? null }
}

export interface StreamEnds {
  readonly first: RawEntry | null
  readonly last: RawEntry | null
}

export interface GroupInfo {
  readonly name: Buffer
  readonly consumers: number
  readonly pending: number
  readonly lastDeliveredId: EntryId
  /** 7.0+; null also when the server lost count. */
  readonly entriesRead: Count | null
  /** 7.0+; null also when the server can't tell. Redis 7 can be wrong: see `services/lag.ts`. */
  readonly lag: Count | null
}

/** NOT_FOUND stream when the key is gone. https://redis.io/docs/latest/commands/xinfo-groups/ */
export async function groupInfos(reader: Reader, key: Buffer): Promise<readonly GroupInfo[]> {
  return parseGroupInfos(await orMissing(reader.call('XINFO', 'GROUPS', key), key))
}

/** One of them; undefined where there is none of that name. NOT_FOUND stream when the key is gone. */
export async function findGroup({ reader, key, group }: GroupSource): Promise<GroupInfo | undefined> {
  return (await groupInfos(reader, key)).find(({ name }) => name.equals(group))
}

/** The same, and NOT_FOUND group where there is none. */
export async function requireGroup(source: GroupSource): Promise<GroupInfo> {
  const info = await findGroup(source)
  if (info === undefined) throw noSuchGroup(source.group)
  return info
}

export function parseGroupInfos(reply: Reply): readonly GroupInfo[] {
  return asList(reply).map((group) => {
    const told = asRecord(group)
    return {
      name: asBuffer(told.get('name')),
      consumers: asNumber(told.get('consumers')),
      pending: asNumber(told.get('pending')),
      lastDeliveredId: asId(told.get('last-delivered-id')),
      entriesRead: optional(told.get('entries-read'), asCount),
      lag: optional(told.get('lag'), asCount),
    }
  })
}

export interface ConsumerInfo {
  readonly name: Buffer
  readonly pending: number
  /** Since its last attempt (7.2+) or last command (before), ms. */
  readonly idleMs: number
  /** Since it last got an entry, ms; null before 7.2, and when it never got one. */
  readonly inactiveMs: number | null
  /** Whether it ever got one; null before 7.2. */
  readonly everActive: boolean | null
}

/** NOT_FOUND group, or stream, when it is gone. https://redis.io/docs/latest/commands/xinfo-consumers/ */
export async function consumerInfos(reader: Reader, key: Buffer, group: Buffer): Promise<readonly ConsumerInfo[]> {
  return parseConsumerInfos(await orMissing(reader.call('XINFO', 'CONSUMERS', key, group), key, group))
}

export interface TimedInfos {
  readonly infos: readonly ConsumerInfo[]
  /** The server's clock before it was read, ms since 1970, and how much later that may have been; null: TIME is refused. */
  readonly read: { readonly atMs: number; readonly tookMs: number } | null
}

/** The same, in one round trip with TIME before and after it. */
export async function consumerInfosTimed(reader: Reader, key: Buffer, group: Buffer): Promise<TimedInfos> {
  const { replies, clock } = await pipelineTimed(reader, [['XINFO', 'CONSUMERS', key, group]])
  const [list = null] = replies
  if (isAppError(list)) throw asMissing(list, key, group)
  const infos = parseConsumerInfos(list)
  if (isAppError(clock)) return { infos, read: null }
  return { infos, read: { atMs: clock.before, tookMs: clock.after - clock.before } }
}

export function parseConsumerInfos(reply: Reply): readonly ConsumerInfo[] {
  return asList(reply).map((consumer) => {
    const told = asRecord(consumer)
    const inactiveMs = optional(told.get('inactive'), asNumber)
    return {
      name: asBuffer(told.get('name')),
      pending: asNumber(told.get('pending')),
      idleMs: asNumber(told.get('idle')),
      inactiveMs: inactiveMs !== null && inactiveMs < 0 ? null : inactiveMs,
      everActive: inactiveMs === null ? null : inactiveMs >= 0,
    }
  })
}

function optional<T>(reply: Reply | undefined, parse: (reply: Reply) => T): T | null {
  return reply === undefined || reply === null ? null : parse(reply)
}

/** First and last entry come whole; only the id is kept. */
function entryIdOf(reply: Reply): EntryId {
  return asId(asList(reply)[0])
}
