import type { EntryId } from '../../../shared/entry-id'
import type { AppErrorData } from '../../../shared/error-data'
import { AppError, isAppError } from '../../../shared/error'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { isInterrupted, sendOnce, type LostReply } from '../jobs/lost-reply'

/** What there is of an addition, by reading. `alike`: an entry that may be it, or another's; null: that can't be told. */
export type Found<T> = { readonly added: T } | { readonly alike: EntryId } | 'absent' | null

export interface Addition<T> {
  readonly adds: AppErrorData<'NOT_CARRIED_OUT'>
  send(): Promise<T>
  /** As of now: what may come yet is none of its affair. */
  find(): Promise<Found<T>>
}

export interface Told<T> {
  readonly result: T
  /** No reply told it: it was found by reading. */
  readonly replyLost: boolean
}

/**
 * Sends a command that adds something, once. Where its reply is lost, what it was to add is looked for: found, that is the
 * result; absent, and it can't come any more: NOT_CARRIED_OUT; else UNKNOWN_OUTCOME, which names what is just like it.
 */
export async function toldOrFound<T>(
  lostReply: LostReply,
  { adds, send, find }: Addition<T>,
  signal: AbortSignal,
): Promise<Told<T>> {
  const one = (counts: Partial<JobStep['counts']>): JobStep => ({ done: 1, counts: { ...noCounts, ...counts } })
  const read: { found: Found<T> } = { found: null }
  const readBack = async (fenced: boolean): Promise<JobStep | null> => {
    const found = await find()
    read.found = found === 'absent' && !fenced ? null : found
    if (read.found === null || isAlike(read.found)) return null
    return one(read.found === 'absent' ? { leftAlone: 1 } : { changed: 1 })
  }
  try {
    const result = await sendOnce({ lostReply }, { send, readBack, unknown: one({ unknown: 1 }) }, signal)
    return { result, replyLost: false }
  } catch (error) {
    if (!isInterrupted(error)) throw error
    if (read.found === null) throw error.reason
    if (read.found === 'absent') throw new AppError('NOT_CARRIED_OUT', adds)
    if (isAlike(read.found)) throw withAlike(error.reason, read.found.alike)
    return { result: read.found.added, replyLost: true }
  }
}

function isAlike<T>(found: NonNullable<Found<T>>): found is { readonly alike: EntryId } {
  return typeof found === 'object' && 'alike' in found
}

function withAlike(error: Error, alike: EntryId): Error {
  return isAppError(error, 'UNKNOWN_OUTCOME') ? new AppError('UNKNOWN_OUTCOME', { ...error.data, alike }) : error
}
