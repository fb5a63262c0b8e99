import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { RawEntry } from '../../redis/xrange'
import type { SavedEntry } from './parts'
import { message } from '../../../shared/words/messages'

/** An id that the backup, the stream, or only a pending list (`body` null) has. */
export interface Merged<T extends RawEntry = RawEntry> {
  readonly id: EntryId
  /** The stream's own where both have it. */
  readonly body: RawEntry | null
  /** The backup's. */
  readonly saved: T | null
  readonly isPending: boolean
  readonly inStream: boolean
  /** Both have it, with other content. */
  readonly differs: boolean
}

/**
 * All that a backup and a stream hold, in the order of ids, each id once, and besides the ids that are pending (sorted).
 * Throws BAD_INPUT where the backup's entries are not in that order.
 */
export async function* mergeById<T extends RawEntry>(
  backup: AsyncIterable<T>,
  stream: AsyncIterable<RawEntry>,
  pending: readonly EntryId[],
): AsyncGenerator<Merged<T>, void> {
  const [saved, live] = [inOrder(backup)[Symbol.asyncIterator](), stream[Symbol.asyncIterator]()]
  try {
    let left = await next(saved)
    let right = await next(live)
    let at = 0
    for (;;) {
      const heads = [left?.id, right?.id, pending[at]].filter((id) => id !== undefined)
      const [id] = heads.sort(compareIds)
      if (id === undefined) return
      const [mine, theirs] = [left?.id === id ? left : null, right?.id === id ? right : null]
      const differs = mine !== null && theirs !== null && !isSameBody(mine, theirs)
      const isPending = pending[at] === id
      yield { id, body: theirs ?? mine, saved: mine, isPending, inStream: theirs !== null, differs }
      if (mine !== null) left = await next(saved)
      if (theirs !== null) right = await next(live)
      while (pending[at] === id) at += 1
    }
  } finally {
    await saved.return?.(undefined)
    await live.return?.(undefined)
  }
}

async function* inOrder<T extends RawEntry>(backup: AsyncIterable<T>): AsyncGenerator<T, void> {
  let last: EntryId | null = null
  for await (const entry of backup) {
    if (last !== null && compareIds(entry.id, last) <= 0) {
      const problem = message('restore.out-of-order', { id: entry.id, after: last })
      throw new AppError('BAD_INPUT', { field: 'file', problem, remedy: message('restore.as-new') })
    }
    last = entry.id
    yield entry
  }
}

async function next<T>(entries: AsyncIterator<T>): Promise<T | null> {
  const step = await entries.next()
  return step.done ? null : step.value
}

/** Whether a restore leaves it out: it stayed when it was saved, and is not asked for; the stream does not have it now. */
export function isLeftOut({ saved, inStream }: Merged<SavedEntry>, stayed: boolean): boolean {
  return !inStream && !stayed && saved?.fate === 'stayed'
}

export function isSameBody(a: RawEntry, b: RawEntry): boolean {
  return (
    a.fields.length === b.fields.length && a.fields.every((part, at) => part.equals(b.fields[at] ?? Buffer.alloc(0)))
  )
}
