import { cliArgument } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { JobFailure } from '../../../shared/model/job'
import { fromBuffer } from '../../redis/bytes'
import type { Begun } from '../jobs/begin-record'
import type { JobSource } from '../jobs/job-services'

/** What a job of redriving works with; `key` is the dead-letter stream. */
export interface RedriveContext extends JobSource, Begun {}

/** Told of an entry whose copy was written, and that is, or may be, where it was as well. */
export function inBoth(id: EntryId, copyId: EntryId, why: Error | null): JobFailure {
  const reason = `It was copied as ${copyId} and may still be in the dead-letter stream, too`
  return { id, reason: why === null ? `${reason}.` : `${reason}: ${why.message}` }
}

/** Told of an entry that its stream did not take; nothing where it was not the server that said so. */
export function notTaken(id: EntryId, target: Buffer, why: Error | null): readonly JobFailure[] {
  if (!isAppError(why, 'REDIS') && !isAppError(why, 'NOT_FOUND')) return []
  return [{ id, reason: `It can’t go to ${cliArgument(fromBuffer(target))}: ${why.message}` }]
}
