import type { Count } from '../../shared/count'
import type { EntryId } from '../../shared/entry-id'
import type { PendingPeek } from '../../shared/judgement/pending-peek'
import type { Argument } from './reader-writer'
import { asBuffer, asCount, asId, asList, asNumber, asText, type Reply } from './reply'

/** What an ACL may refuse without refusing the look as a whole. */
export const LOOK_PARTS = {
  m: 'MEMORY USAGE',
  s: 'XINFO STREAM',
  p: 'XPENDING',
  c: 'XINFO CONSUMERS',
  r: 'XRANGE',
} as const
export type LookPart = keyof typeof LOOK_PARTS

/** The ends of a stream and its counters, without its entries. */
export interface StreamEnds {
  readonly lastGeneratedId: EntryId
  readonly firstId: EntryId | null
  readonly lastId: EntryId | null
  /** `0-0`: nothing was ever deleted by id. */
  readonly maxDeletedId: EntryId | null
  /** Null also from 2^53 on: a script's numbers are no longer exact there. */
  readonly entriesAdded: Count | null
  /** Of the first and the last entry, as the script has seen them. */
  readonly bytes: number
}

export interface LookedConsumer {
  readonly idleMs: number
  readonly inactiveMs: number | null
  readonly pending: number
  /** Null: it holds nothing, and its name was not asked for. */
  readonly name: Buffer | null
  /** How long one of its pending entries that were looked at (its first ten, and those among the group's first 200) has not been delivered at the most, ms; null where it holds none, or gave no sign of life. */
  readonly oldestIdleMs: number | null
}

export interface LookedGroup {
  readonly name: Buffer
  readonly consumers: number
  readonly pending: number
  readonly lastDeliveredId: EntryId
  readonly entriesRead: Count | null
  readonly lag: Count | null
  /** Null: was not looked for, or it was not its turn. `firstId` null: there is none. `complete`: these are all. */
  readonly unread: { readonly firstId: EntryId | null; readonly counted: number; readonly complete: boolean } | null
  /** The first of its pending entries; null: nothing is pending, or it was not its turn. */
  readonly oldest: {
    readonly id: EntryId
    /** Of that one of the first ones (200, or 8 by commands) that has not been delivered for the longest. */
    readonly idleMs: number
    /** Of that one that was delivered most often; null: there are more than were looked at. */
    readonly mostDeliveries: Count | null
  } | null
  /** Null: not looked at, as it was not its turn, it has more than 5 000, nothing is pending, or the ACL refuses. */
  readonly consumerList: readonly LookedConsumer[] | null
  /** Of all its consumers: those seen lately, and those that hold nothing and were not seen for long. Null: not counted. */
  readonly crowd: { readonly alive: number; readonly spare: number } | null
}

export interface StreamLook {
  /** Commands that the script has sent by itself. */
  readonly calls: number
  readonly length: number
  /** MEMORY USAGE; null: refused. */
  readonly memoryBytes: number | null
  /** Its entries are large, or its first or last one is, or nothing tells that they aren't: they are not touched. */
  readonly large: boolean
  readonly ends: StreamEnds | null
  readonly groups: readonly LookedGroup[]
  /** With which group the next look should begin, for consumers and positions that this one had no room for; null: all had their turn. */
  readonly next: number | null
  readonly refused: readonly LookPart[]
}

/** Single large entries that a look met. */
export interface MetEntry {
  readonly id: EntryId
  readonly bytes: number
}

/** What is large in a stream, for the next look not to touch it. */
export interface MetLook {
  readonly entries: readonly MetEntry[]
  /** Its last entry, where that is large. */
  readonly lastId: EntryId | null
  readonly isFirst: boolean
}

/** With the server's time of it, ms since 1970; null: nothing tells it. */
export interface TimedLook extends StreamLook {
  readonly atMs: number | null
  /** It may have been read so much later than that, ms. */
  readonly tookMs: number
  /** By how much the server's clock is ahead of this process's, ms; half of a round trip off at the most. Null as above. */
  readonly clockSkewMs: number | null
}

export interface LookOptions {
  /** With which group to begin where consumers are too many for one look. */
  readonly first: number
  readonly stalledAfterMs: number
  readonly spareAfterMs: number
  /** What the ACL is known to refuse. */
  readonly skip: ReadonlySet<LookPart>
  /** What looks before have met. */
  readonly met: KnownLarge
}

export interface KnownLarge {
  readonly lastId: EntryId | null
  readonly isFirst: boolean
  readonly ids: readonly EntryId[]
  /** There are so many that none of its entries is to be touched. */
  readonly isCrowded: boolean
}

/** The arguments of EVAL_RO and EVALSHA_RO behind the script. */
export function lookArguments(key: Buffer, options: LookOptions): readonly Argument[] {
  const { first, stalledAfterMs, spareAfterMs, skip, met } = options
  const { lastId, isFirst, ids, isCrowded } = met
  const held = [isCrowded ? 'large' : '', lastId ?? '', isFirst ? '1' : '0', ...ids]
  return [1, key, 'look', first, stalledAfterMs, [...skip].join(''), spareAfterMs, ...held]
}

/** A pending entry that was not delivered for long, and whose it is. */
export interface NeglectedEntry {
  readonly id: EntryId
  readonly consumer: Buffer
}

/** What some pending entries of a group look like, in the order of their ids. */
export interface PeekedPage {
  readonly peek: PendingPeek
  readonly lastId: EntryId
  /** None lies behind. */
  readonly isEnd: boolean
  /** The most idle ones of each consumer that are so for longer than was asked: three each, of twenty consumers. */
  readonly neglected: readonly NeglectedEntry[]
}

export interface PeekOptions {
  readonly poisonDeliveries: number
  /** Of so many of them, the first ones, it is read whether they are in the stream. */
  readonly presence: number
  /** Null: from the oldest on. */
  readonly after: EntryId | null
  readonly neglectedAfterMs: number
  /** Not to be touched. */
  readonly large: readonly EntryId[]
}

/** Of `peek`: what up to 1 000 pending entries look like, and how many of the first `presence` are in the stream, `large` aside. */
export function peekArguments(key: Buffer, group: Buffer, options: PeekOptions): readonly Argument[] {
  const { poisonDeliveries, presence, after, neglectedAfterMs, large } = options
  return [1, key, 'peek', group, poisonDeliveries, presence, after ?? '', neglectedAfterMs, ...large]
}

/** Null: nothing is pending. */
export function parsePeek(
  reply: Reply,
  poisonDeliveries: number,
): { readonly page: PeekedPage; readonly met: readonly MetEntry[] } | null {
  const [looked, mostDeliveries, mostId, poison, lookedFor, gone, met, lastId, end, neglected] = asList(reply)
  if (asNumber(looked) === 0) return null
  const isEnd = asNumber(end) === 1
  const peek = {
    looked: asNumber(looked),
    mostDeliveries: asCount(mostDeliveries),
    mostId: asId(mostId),
    poison: asNumber(poison),
    poisonDeliveries,
    lookedFor: asNumber(lookedFor),
    gone: asNumber(gone),
    isWhole: isEnd,
  }
  const entries = asList(neglected ?? []).map((row) => {
    const [id, consumer] = asList(row)
    return { id: asId(id), consumer: asBuffer(consumer) }
  })
  return { page: { peek, lastId: asId(lastId), isEnd, neglected: entries }, met: parseMet(met) }
}

/** Of `count`: how many of at most `count` entries lie after one id up to another. */
export function countArguments(key: Buffer, after: EntryId, upTo: EntryId, count: number): readonly Argument[] {
  return [1, key, 'count', after, upTo, count]
}

export interface Counted {
  readonly counted: number
  /** The last of them; null: there is none. */
  readonly lastId: EntryId | null
  /** It ended before its time, at a large entry. */
  readonly stopped: boolean
}

export function parseCounted(reply: Reply): Counted & { readonly met: readonly MetEntry[] } {
  const [counted, last, found] = asList(reply)
  const met = parseMet(found)
  return { counted: asNumber(counted), lastId: optional(last, asId), stopped: met.length > 0, met }
}

function parseMet(reply: Reply | undefined): readonly MetEntry[] {
  return asList(reply ?? []).map((row) => {
    const [id, bytes] = asList(row)
    return { id: asId(id), bytes: asNumber(bytes) }
  })
}

export function parseStreamLook(reply: Reply): StreamLook & { readonly met: MetLook } {
  const [calls, length, memory, large, ends, groups, next, refused, held] = asList(reply)
  const [lastLarge, firstLarge, met] = asList(held ?? [])
  const again = asNumber(next)
  return {
    calls: asNumber(calls),
    length: asNumber(length),
    memoryBytes: optional(memory, asNumber),
    large: asNumber(large) === 1,
    ends: optional(ends, parseEnds),
    groups: asList(groups).map(parseGroup),
    next: again < 0 ? null : again,
    refused: asList(refused).map((row) => asText(asList(row)[0]) as LookPart),
    met: { entries: parseMet(met), lastId: optional(lastLarge, asId), isFirst: asNumber(firstLarge) === 1 },
  }
}

function parseEnds(reply: Reply): StreamEnds {
  const [lastGenerated, first, last, maxDeleted, added, bytes] = asList(reply)
  return {
    lastGeneratedId: asId(lastGenerated),
    firstId: optional(first, asId),
    lastId: optional(last, asId),
    maxDeletedId: optional(maxDeleted, asId),
    entriesAdded: optional(added, asSafeCount),
    bytes: asNumber(bytes),
  }
}

function parseGroup(reply: Reply): LookedGroup {
  const [name, consumers, pending, lastDelivered, read, lag, unread, oldest, list, crowd] = asList(reply)
  return {
    name: asBuffer(name),
    consumers: asNumber(consumers),
    pending: asNumber(pending),
    lastDeliveredId: asId(lastDelivered),
    entriesRead: optional(read, asSafeCount),
    lag: optional(lag, asSafeCount),
    unread: optional(unread, (row) => {
      const [first, counted, complete] = asList(row)
      return { firstId: optional(first, asId), counted: asNumber(counted), complete: asNumber(complete) === 1 }
    }),
    oldest: optional(oldest, (row) => {
      const [id, idle, deliveries] = asList(row)
      return { id: asId(id), idleMs: asNumber(idle), mostDeliveries: optional(deliveries, asCount) }
    }),
    consumerList: optional(list, (rows) => asList(rows).map(parseConsumer)),
    crowd: optional(crowd, (row) => {
      const [alive, spare] = asList(row)
      return { alive: asNumber(alive), spare: asNumber(spare) }
    }),
  }
}

function parseConsumer(reply: Reply): LookedConsumer {
  const [idle, inactive, pending, name, oldest] = asList(reply)
  const inactiveMs = asNumber(inactive)
  return {
    idleMs: asNumber(idle),
    inactiveMs: inactiveMs < 0 ? null : inactiveMs,
    pending: optional(pending, asNumber) ?? 0,
    name: optional(name, asBuffer),
    oldestIdleMs: optional(oldest, asNumber),
  }
}

function optional<T>(reply: Reply | undefined, parse: (reply: Reply) => T): T | null {
  return reply === undefined || reply === null ? null : parse(reply)
}

/** A script's numbers are doubles: beyond 2^53 they are not what the server said. */
function asSafeCount(reply: Reply): Count | null {
  const count = asCount(reply)
  return typeof count === 'number' && Math.abs(count) < Number.MAX_SAFE_INTEGER ? count : null
}
