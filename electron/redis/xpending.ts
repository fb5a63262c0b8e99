import type { Count } from '../../shared/count'
import type { EntryId } from '../../shared/entry-id'
import { isAppError } from '../../shared/error'
import type { Reader } from './client'
import { asMissing, orMissing } from './missing'
import { asBuffer, asCount, asId, asList, asNumber, type Reply } from './reply'

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
  { from, to, count, consumer }: PendingRange,
): Promise<readonly PendingRow[]> {
  const call = reader.call('XPENDING', key, group, from, to, count, ...(consumer ? [consumer] : []))
  return asList(await orMissing(call, key, group)).map(parseRow)
}

/** Ids looked up one by one; those that aren't pending (for `consumer`) are left out. Pipelined, 100 at a time. */
export async function pendingByIds(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  ids: readonly EntryId[],
  consumer?: Buffer,
): Promise<readonly PendingRow[]> {
  const rows: PendingRow[] = []
  for (let at = 0; at < ids.length; at += 100) {
    const only = consumer ? [consumer] : []
    const slice = ids.slice(at, at + 100)
    const replies = await reader.pipeline(slice.map((id) => ['XPENDING', key, group, id, id, 1, ...only] as const))
    for (const reply of replies) {
      if (isAppError(reply)) throw asMissing(reply, key, group)
      rows.push(...asList(reply).map(parseRow))
    }
  }
  return rows
}

function parseRow(reply: Reply): PendingRow {
  const [id, consumer, idle, deliveries] = asList(reply)
  return { id: asId(id), consumer: asBuffer(consumer), idleMs: asNumber(idle), deliveries: asCount(deliveries) }
}
