import type { EntryId } from '../../../shared/entry-id'
import type { JobFailure } from '../../../shared/model/job'
import type { RunContext } from '../recovery/run-context'
import type { Source } from '../trim/find-cut'

/** What a job of redriving works with; `key` is the dead-letter stream. */
export interface RedriveContext extends Source, Pick<RunContext, 'writer' | 'record' | 'server' | 'whenReady'> {}

/** Told of an entry whose copy was written, and that is, or may be, where it was as well. */
export function inBoth(id: EntryId, copyId: EntryId, why: Error | null): JobFailure {
  const reason = `It was copied as ${copyId} and may still be in the dead-letter stream, too`
  return { id, reason: why === null ? `${reason}.` : `${reason}: ${why.message}` }
}
