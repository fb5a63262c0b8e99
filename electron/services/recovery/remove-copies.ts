import type { EntryId } from '../../../shared/entry-id'
import type { JobFailure } from '../../../shared/model/job'
import { deleteEntries } from '../../redis/xdel'
import type { RunContext } from '../jobs/run-context'
import { message } from '../../../shared/words/messages'
import { reasonOf } from '../lib/reason-of'

/**
 * Deletes copies (at most 500; each with the id of its entry) whose entries were not acked by us after all. What could not
 * be deleted is told: then there are both.
 */
export async function removeCopies(
  { writer }: RunContext,
  target: Buffer,
  copies: readonly (readonly [EntryId, EntryId])[],
): Promise<readonly JobFailure[]> {
  if (copies.length === 0) return []
  try {
    await deleteEntries(
      writer,
      target,
      copies.map(([, copyId]) => copyId),
    )
    return []
  } catch (error) {
    const why = reasonOf(error)
    return copies.map(([id, copyId]) => ({ id, reason: message('recovery.copy-left', { copyId, why }) }))
  }
}
