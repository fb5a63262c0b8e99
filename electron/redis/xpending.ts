import type { Count } from '../../shared/count'
import type { EntryId } from '../../shared/entry-id'
import { isAppError } from '../../shared/error'
import type { Argument, Reader } from './reader-writer'
import { asMissing, orMissing } from './missing'
import { asBuffer, asCount, asId, asList, asNumber, type Reply } from './reply'
import { pipelineTimed } from './clock'

export interface PendingTotals {
  readonly total: number
  readonly smallestId: EntryId | null
  readonly greatestId: EntryId | null
  /** Only consumers that hold something. */
  readonly consumers: readonly { readonly name: Buffer; readonly pending: number }[]
}

/**
 * XPENDING, summary form. O(consumers). NOT_FOUND group when group or stream is gone.
 * https://redis.io/docs/latest/commands/xpending/
 */
export async function pendingSummary(reader: Reader, key: Buffer, group: Buffer): Promise<PendingTotals> {
  return parsePendingSummary(await orMissing(reader.call('XPENDING', key, group), key, group))
}

export function parsePendingSummary(reply: Reply): PendingTotals {
  const [total, smallest, greatest, consumers] = asList(reply)
  return {
    total: asNumber(total),
    smallestId: smallest === null ? null : asId(smallest),
    greatestId: greatest === null ? null : asId(greatest),
    consumers: consumers === null ? [] : asList(consumers).map(parseConsumer),
  }
}

function parseConsumer(reply: Reply): { readonly name: Buffer; readonly pending: number } {
  const [name, pending] = asList(reply)
  return { name: asBuffer(name), pending: asNumber(pending) }
}

export interface PendingRow {
  readonly id: EntryId
  readonly consumer: Buffer
  /** Since it was last delivered, ms. */
  readonly idleMs: number
  readonly deliveries: Count
}

export interface PendingRange {
  /** XPENDING's own words: `-`, `+`, an id, or `(id` (6.2+). */
  readonly from: string
  readonly to: string
  readonly count: number
  readonly consumer?: Buffer
}

/**
 * XPENDING, extended form, in id order. Never with IDLE: COUNT does not bound that search. NOT_FOUND group when group or
 * stream is gone. https://redis.io/docs/latest/commands/xpending/
 */
export async function pendingRange(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  range: PendingRange,
): Promise<readonly PendingRow[]> {
  const [command, ...args] = lineOf(key, group, range)
  return parsePendingRows(await orMissing(reader.call(command, ...args), key, group))
}

export function parsePendingRows(reply: Reply): readonly PendingRow[] {
  return asList(reply).map(parseRow)
}

/** How long that one of these rows has not been delivered that waits the longest, ms; null: there are none. */
export function longestIdle(reply: Reply): number | null {
  return parsePendingRows(reply).reduce<number | null>((most, { idleMs }) => Math.max(most ?? 0, idleMs), null)
}

export interface TimedRows {
  readonly rows: readonly PendingRow[]
  /** The server's clock just before the rows were read, and just after, ms since 1970. */
  readonly before: number
  readonly after: number
}

/** Several ranges (at most 100) and the server's time around them, in one round trip. NOT_FOUND group as above. */
export async function pendingTimed(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  ranges: readonly PendingRange[],
): Promise<TimedRows> {
  const lines = ranges.map((range) => lineOf(key, group, range))
  const { replies, clock } = await pipelineTimed(reader, lines)
  const rows = replies.flatMap((reply) => {
    if (isAppError(reply)) throw asMissing(reply, key, group)
    return parsePendingRows(reply)
  })
  if (isAppError(clock)) throw clock
  return { rows, ...clock }
}

function lineOf(
  key: Buffer,
  group: Buffer,
  { from, to, count, consumer }: PendingRange,
): readonly ['XPENDING', ...Argument[]] {
  return ['XPENDING', key, group, from, to, count, ...(consumer ? [consumer] : [])]
}

function parseRow(reply: Reply): PendingRow {
  const [id, consumer, idle, deliveries] = asList(reply)
  return { id: asId(id), consumer: asBuffer(consumer), idleMs: asNumber(idle), deliveries: asCount(deliveries) }
}
