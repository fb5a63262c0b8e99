import type { EntryId } from '../../shared/entry-id'
import type { Entry } from '../../shared/model/entry'
import type { PendingEntry, PendingPage, PendingSummary } from '../../shared/model/pending'
import { afterId } from '../redis/after-id'
import { fromBuffer } from '../redis/bytes'
import type { Reader } from '../redis/client'
import { pendingRange, pendingSummary, type PendingRow } from '../redis/xpending'
import { readBodies } from './pending-bodies'

/** XPENDING's summary, exactly as the server counts it. Throws NOT_FOUND group. */
export async function summarizePending(reader: Reader, key: Buffer, group: Buffer): Promise<PendingSummary> {
  const { consumers, ...totals } = await pendingSummary(reader, key, group)
  return { ...totals, consumers: consumers.map(({ name, pending }) => ({ name: fromBuffer(name), pending })) }
}

export interface PendingPageOptions {
  readonly consumer?: Buffer | undefined
  /** Where to begin, included. */
  readonly from?: EntryId | undefined
  /** The last id seen, excluded. */
  readonly after?: EntryId | undefined
  readonly count: number
  /** Reads the entries too, cut as for a list, and so finds out which are gone from the stream. */
  readonly bodies: boolean
  readonly exclusiveRange: boolean
}

/**
 * A page of the pending list in id order: of the group, or of one consumer. Goes on strictly after the last id seen, so
 * nothing is skipped or repeated however many ids one millisecond has. With bodies it may end early where entries are
 * large; `next` tells of more. Throws NOT_FOUND group.
 */
export async function readPendingPage(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  options: PendingPageOptions,
): Promise<PendingPage> {
  const { consumer, from, after, count, bodies, exclusiveRange } = options
  const start = after === undefined ? (from ?? '-') : afterId(after, exclusiveRange)
  if (start === null) return { entries: [], next: null }
  const only = consumer ? { consumer } : {}
  const rows = await pendingRange(reader, key, group, { from: start, to: '+', count, ...only })
  const ends = rows.length < count
  if (!bodies)
    return page(
      rows.map((row) => toPendingEntry(row, null, null)),
      ends,
    )
  const read = await readBodies(
    reader,
    key,
    rows.map(({ id }) => id),
  )
  const seen = rows.slice(0, read.looked)
  const entries = seen.map((row) => {
    const body = read.bodies.get(row.id) ?? null
    return toPendingEntry(row, body !== null, body)
  })
  return page(entries, ends && seen.length === rows.length)
}

function page(entries: PendingEntry[], ends: boolean): PendingPage {
  return { entries, next: ends ? null : (entries.at(-1)?.id ?? null) }
}

function toPendingEntry(row: PendingRow, inStream: boolean | null, body: Entry | null): PendingEntry {
  const { id, consumer, idleMs, deliveries } = row
  return { id, consumer: fromBuffer(consumer), idleMs, deliveries, inStream, body }
}
