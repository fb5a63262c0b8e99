import { nextId, type EntryId } from '../../../shared/entry-id'
import type { Entry } from '../../../shared/model/entry'
import type { PendingEntry, PendingPage, PendingSummary } from '../../../shared/model/pending'
import { fromBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { pendingRange, pendingSummary, type PendingRow } from '../../redis/xpending'
import { lookForHeld } from './held-entries'
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
    return pageOf(walk, entries, walk)
  }
  const held = await readHeld(reader, key, walk, options)
  const wanted = walk.rows.filter(({ id }) => !held.has(id)).map(({ id }) => id)
  const { bodies: found, looked } = await readBodies(reader, key, wanted)
  // Those held may lie between those that were read.
  const beyond = wanted[looked]
  const most = beyond === undefined ? walk.rows.length : walk.rows.findIndex(({ id }) => id === beyond)
  const entries = walk.rows.slice(0, most).map((row) => {
    const body = found.get(row.id) ?? null
    return toPendingEntry(row, held.has(row.id) ? (held.get(row.id) ?? null) : body !== null, body)
  })
  if (most >= walk.rows.length) return pageOf(walk, entries, walk)
  const last = walk.rows[most - 1]
  return pageOf(walk, entries, { next: last?.id ?? null, walked: last?.position ?? 0 })
}

/** What was looked at beyond its end comes with the next one. */
function pageOf(
  { untold }: Walk,
  entries: PendingPage['entries'],
  { next, walked }: Pick<Walk, 'next' | 'walked'>,
): PendingPage {
  const within = untold.filter((position) => position <= walked).length
  return { entries, next, walked, ...(within > 0 && { untold: within }) }
}

/** Of those that the caller has the bodies of: whether they are in the stream; null: not looked at this time. */
async function readHeld(
  reader: Reader,
  key: Buffer,
  { rows }: Walk,
  { held }: PendingPageOptions,
): Promise<ReadonlyMap<EntryId, boolean | null>> {
  if (!held) return new Map()
  const pending = new Set(rows.map(({ id }) => id))
  const entries = held.entries.filter(([id]) => pending.has(id))
  const { looked, present } = await lookForHeld(reader, key, { ...held, entries })
  const states = new Map<EntryId, boolean | null>(entries.map(([id]) => [id, null]))
  for (const id of looked) states.set(id, present.has(id))
  return states
}

/** The next rows, all of them. */
async function nextRows(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  { consumer, from, after, count }: PendingPageOptions,
): Promise<Walk> {
  const start = after === undefined ? (from ?? '-') : nextId(after)
  if (start === null) return { rows: [], next: null, walked: 0, untold: [] }
  const only = consumer ? { consumer } : {}
  const rows = await pendingRange(reader, key, group, { from: start, to: '+', count, ...only })
  return {
    rows: rows.map((row, at) => ({ ...row, position: at + 1 })),
    next: rows.length < count ? null : (rows.at(-1)?.id ?? null),
    walked: rows.length,
    untold: [],
  }
}

function toPendingEntry(row: PendingRow, inStream: boolean | null, body: Entry | null): PendingEntry {
  const { id, consumer, idleMs, deliveries } = row
  return { id, consumer: fromBuffer(consumer), idleMs, deliveries, inStream, body }
}
