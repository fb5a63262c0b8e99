import type { Source } from '../../redis/source'
import { compareIds, previousId, type EntryId } from '../../../shared/entry-id'
import type { TrimPlan, TrimStrategy } from '../../../shared/model/trim-plan'
import { streamInfo, type StreamInfo } from '../../redis/xinfo'
import { range } from '../../redis/xrange'
import { removedBetween } from '../inspection/stream-snapshot'
import { listIds, MAX_ENTRIES } from '../inspection/stream-walk'

/** Where a trim parts the stream. Nothing added after `stream` was read is on the side that goes. */
export interface Cut {
  readonly removes: TrimPlan['removes']
  /** Null: nothing is kept. Undefined: it lies farther in than a plan may read. */
  readonly firstKept: EntryId | null | undefined
  /** What goes, in order; null when that is more than a plan may read. */
  readonly going: readonly EntryId[] | null
}

export function findCut(source: Source, stream: StreamInfo, strategy: TrimStrategy): Promise<Cut> {
  return strategy.kind === 'maxlen' ? byLength(source, stream, strategy.maxlen) : byId(source, stream, strategy.minid)
}

const exact = (value: number): Cut['removes'] => ({ value, certainty: 'exact' })
const nothing = (firstKept: EntryId | null): Cut => ({ removes: exact(0), firstKept, going: [] })

async function byLength(source: Source, stream: StreamInfo, maxlen: number): Promise<Cut> {
  const { length, firstId, lastId } = stream
  if (length <= maxlen || lastId === null) return nothing(firstId)
  if (maxlen === 0) return upTo(source, length, lastId, null)
  const removes = exact(length - maxlen)
  const fromStart = await countFromStart(source, stream, lastId, removes.value)
  if (fromStart) return fromStart
  if (maxlen > MAX_ENTRIES) return { removes, firstKept: undefined, going: null }
  // Counted from the end it stays right even while others remove entries at the beginning.
  const span = { from: lastId, to: '-', reverse: true }
  const { ids, complete } = await listIds(source.reader, source.key, span, maxlen)
  const firstKept = ids[maxlen - 1]
  if (firstKept !== undefined) return upTo(source, removes.value, previousId(firstKept), firstKept)
  return complete ? nothing(ids.at(-1) ?? null) : { removes, firstKept, going: null }
}

/** Null where it is too far, or where the server can't tell whether entries before it were removed while we read. */
async function countFromStart(
  { reader, key }: Source,
  stream: StreamInfo,
  lastId: EntryId,
  count: number,
): Promise<Cut | null> {
  if (count >= MAX_ENTRIES || stream.entriesAdded === null) return null
  const { ids } = await listIds(reader, key, { from: '-', to: lastId }, count + 1)
  const removed = removedBetween(stream, await streamInfo(reader, key))
  if (removed === null) return null
  const left = Math.max(0, count - removed)
  const firstKept = ids[left]
  return firstKept === undefined ? null : { removes: exact(left), firstKept, going: ids.slice(0, left) }
}

export async function byId(source: Source, stream: StreamInfo, minid: EntryId): Promise<Cut> {
  const { reader, key } = source
  const { firstId, lastId, length } = stream
  if (firstId === null || lastId === null || compareIds(minid, firstId) <= 0) return nothing(firstId)
  if (compareIds(minid, lastId) > 0) return upTo(source, length, lastId, null)
  const [kept] = await range(reader, key, { from: minid, to: lastId, count: 1 })
  if (!kept) return upTo(source, length, lastId, null)
  const going = await listIds(reader, key, { from: '-', to: previousId(minid) ?? minid })
  if (going.complete) return { removes: exact(going.ids.length), firstKept: kept.id, going: going.ids }
  const staying = await listIds(reader, key, { from: minid, to: lastId })
  const value = Math.max(0, length - staying.ids.length)
  return { removes: { value, certainty: staying.complete ? 'exact' : 'atMost' }, firstKept: kept.id, going: null }
}

/** All up to an id goes: `count` entries, or as many as are found. */
async function upTo(source: Source, count: number, to: EntryId | null, firstKept: EntryId | null): Promise<Cut> {
  const { reader, key } = source
  if (to === null) return nothing(firstKept)
  const unread = { removes: exact(count), firstKept, going: null }
  if (count > MAX_ENTRIES) return unread
  const { ids, complete } = await listIds(reader, key, { from: '-', to }, MAX_ENTRIES + 1)
  return complete ? { removes: exact(ids.length), firstKept, going: ids } : unread
}
