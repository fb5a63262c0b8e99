import type { EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { JobFailure } from '../../../shared/model/job'
import { fromBuffer } from '../../redis/bytes'
import type { Begun } from '../jobs/begin-record'
import type { JobSource } from '../jobs/job-services'
import { message } from '../../../shared/words/messages'
import { reasonOf } from '../lib/reason-of'

/** What a job of redriving works with; `key` is the dead-letter stream. */
export interface RedriveContext extends JobSource, Begun {}

/** Told of an entry whose copy was written, and that is, or may be, where it was as well. */
export function inBoth(id: EntryId, copyId: EntryId, why: Error | null): JobFailure {
  if (why === null) return { id, reason: message('redrive.in-both', { copyId }) }
  return { id, reason: message('redrive.in-both-because', { copyId, why: reasonOf(why) }) }
}

/** Told of an entry that its stream did not take; nothing where it was not the server that said so. */
export function notTaken(id: EntryId, target: Buffer, why: Error | null): readonly JobFailure[] {
  if (!isAppError(why, 'REDIS') && !isAppError(why, 'NOT_FOUND')) return []
  const stream = fromBuffer(target)
  return [{ id, reason: message('redrive.not-taken', { stream, why: reasonOf(why, stream) }) }]
}
