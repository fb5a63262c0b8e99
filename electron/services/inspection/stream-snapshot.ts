import { createHash } from 'node:crypto'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { Reader } from '../../redis/reader-writer'
import { streamInfo, type StreamInfo } from '../../redis/xinfo'
import { range } from '../../redis/xrange'
import { message } from '../../../shared/words/messages'

/** A stream as it was, to be known again by. */
export interface Snapshot {
  readonly stream: StreamInfo
  /** Of its first and its last entry; null where there was none. */
  readonly first: Marked | null
  readonly last: Marked | null
}

interface Marked {
  readonly id: EntryId
  readonly digest: string
}

/** Throws NOT_FOUND stream. */
export async function takeSnapshot(reader: Reader, key: Buffer): Promise<Snapshot> {
  const stream = await streamInfo(reader, key)
  const mark = async (id: EntryId | null): Promise<Marked | null> => {
    const digest = id === null ? null : await digestOf(reader, key, id)
    return id === null || digest === null ? null : { id, digest }
  }
  return { stream, first: await mark(stream.firstId), last: await mark(stream.lastId) }
}

/**
 * The stream as it is now, if it can be the one that it was: nothing that only grows went back, and the entries known by
 * their content, where they are still there, have it still. Throws STALE_PLAN, or NOT_FOUND when the key is gone.
 */
export async function requireSame(
  reader: Reader,
  key: Buffer,
  { stream, first, last }: Snapshot,
  planId: string,
): Promise<StreamInfo> {
  const now = await streamInfo(reader, key)
  if (!couldBecome(stream, now)) throw madeAnew(planId)
  for (const marked of [first, last]) {
    const digest = marked === null ? null : await digestOf(reader, key, marked.id)
    if (digest !== null && digest !== marked?.digest) throw madeAnew(planId)
  }
  return now
}

interface Figures extends Pick<StreamInfo, 'lastGeneratedId' | 'entriesAdded' | 'firstId'> {
  readonly length?: number | undefined
}

/** Redis gives out ids upwards only, and never counts back what it added: all that is there, where that is all newer. */
export function couldBecome(before: Figures, now: Figures): boolean {
  if (compareIds(now.lastGeneratedId, before.lastGeneratedId) < 0) return false
  if (now.entriesAdded !== null && before.entriesAdded !== null) {
    const isAllNewer = now.firstId !== null && compareIds(now.firstId, before.lastGeneratedId) > 0
    const since = BigInt(now.entriesAdded) - BigInt(before.entriesAdded)
    if (since < BigInt(isAllNewer ? (now.length ?? 0) : 0)) return false
  }
  return now.firstId === null || compareIds(now.firstId, before.firstId ?? before.lastGeneratedId) >= 0
}

/** How many entries were removed in between, whoever did it. Null: before 7.0 the server doesn't count what it adds. */
export function removedBetween(before: StreamInfo, now: StreamInfo): number | null {
  if (!couldBecome(before, now) || before.entriesAdded === null || now.entriesAdded === null) return null
  const added = BigInt(now.entriesAdded) - BigInt(before.entriesAdded)
  const removed = BigInt(before.length) + added - BigInt(now.length)
  return removed < 0n ? null : Number(removed)
}

export function madeAnew(planId: string): AppError<'STALE_PLAN'> {
  return new AppError('STALE_PLAN', { planId, problem: message('plan.stream-anew') })
}

/** Of its fields, in their order; null when there is no such entry. */
export async function digestOf(reader: Reader, key: Buffer, id: EntryId): Promise<string | null> {
  const [entry] = await range(reader, key, { from: id, to: id, count: 1 })
  return entry ? digestOfParts(entry.fields) : null
}

export function digestOfParts(parts: readonly Buffer[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest('base64')
}
