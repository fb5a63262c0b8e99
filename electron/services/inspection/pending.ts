import { nextId } from '../../../shared/entry-id'
import type { Entry } from '../../../shared/model/entry'
import type { PendingEntry, PendingPage, PendingSummary } from '../../../shared/model/pending'
import { fromBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { pendingRange, pendingSummary, type PendingRow } from '../../redis/xpending'
import { readBodies } from './pending-bodies'
import { matchingRows } from './pending-matching'
import type { PendingPageOptions, Walk } from './pending-walk'

/** XPENDING's summary, exactly as the server counts it. Throws NOT_FOUND group. */
export async function summarizePending(reader: Reader, key: Buffer, group: Buffer): Promise<PendingSummary> {
  const { consumers, ...totals } = await pendingSummary(reader, key, group)
  return { ...totals, consumers: consumers.map(({ name, pending }) => ({ name: fromBuffer(name), pending })) }
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
  signal?: AbortSignal,
): Promise<PendingPage> {
  const { bodies, criteria } = options
  const walk = criteria
    ? await matchingRows(reader, key, group, { ...options, criteria }, signal)
    : await nextRows(reader, key, group, options)
  if (!bodies) {
    const entries = walk.rows.map((row) => toPendingEntry(row, null, null))
    return { entries, next: walk.next, walked: walk.walked }
  }
  const ids = walk.rows.map(({ id }) => id)
  const { bodies: found, looked } = await readBodies(reader, key, ids)
  const entries = walk.rows.slice(0, looked).map((row) => {
    const body = found.get(row.id) ?? null
    return toPendingEntry(row, body !== null, body)
  })
  if (looked >= walk.rows.length) return { entries, next: walk.next, walked: walk.walked }
  const last = walk.rows[looked - 1]
  return { entries, next: last?.id ?? null, walked: last?.position ?? 0 }
}

/** The next rows, all of them. */
async function nextRows(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  { consumer, from, after, count }: PendingPageOptions,
): Promise<Walk> {
  const start = after === undefined ? (from ?? '-') : nextId(after)
  if (start === null) return { rows: [], next: null, walked: 0 }
  const only = consumer ? { consumer } : {}
  const rows = await pendingRange(reader, key, group, { from: start, to: '+', count, ...only })
  return {
    rows: rows.map((row, at) => ({ ...row, position: at + 1 })),
    next: rows.length < count ? null : (rows.at(-1)?.id ?? null),
    walked: rows.length,
  }
}

function toPendingEntry(row: PendingRow, inStream: boolean | null, body: Entry | null): PendingEntry {
  const { id, consumer, idleMs, deliveries } = row
  return { id, consumer: fromBuffer(consumer), idleMs, deliveries, inStream, body }
}
