import type { EntryId } from '../../../../shared/entry-id'
import type { JobFailure } from '../../../../shared/model/job'
import { deleteEntries } from '../../../redis/xdel'
import { existingIds } from '../../../redis/xrange'
import type { RunContext } from '../../jobs/run-context'
import { isOutcomeUnknown } from '../../jobs/outcome-unknown'
import { message } from '../../../../shared/words/messages'
import { reasonOf } from '../../lib/reason-of'

/** The id of an entry, and of its copy. */
type Copied = readonly [EntryId, EntryId]

/**
 * Deletes copies (at most 500) whose entries were not acked by us after all. What could not be deleted is told: then there
 * are both. `lost`: the reply got lost, so that nothing is told of any yet.
 */
export async function removeCopies(
  context: RunContext,
  target: Buffer,
  copies: readonly Copied[],
): Promise<{ readonly failures: readonly JobFailure[]; readonly lost: Error | null }> {
  if (copies.length === 0) return { failures: [], lost: null }
  try {
    return { failures: await takeCopiesBack(context, target, copies), lost: null }
  } catch (error) {
    if (isOutcomeUnknown(error)) return { failures: [], lost: error }
    const why = reasonOf(error)
    const failures = copies.map(([id, copyId]) => ({ id, reason: message('recovery.copy-left', { copyId, why }) }))
    return { failures, lost: null }
  }
}

/**
 * The same, and throws what the server answers. The copy of an entry that is gone from its stream by now, trimmed or
 * deleted, is the only body that is left: it stays, and is told.
 */
export async function takeCopiesBack(
  { reader, writer, key }: RunContext,
  target: Buffer,
  copies: readonly Copied[],
): Promise<readonly JobFailure[]> {
  const there = await existingIds(
    reader,
    key,
    copies.map(([id]) => id),
  )
  const extra = copies.filter(([id]) => there.has(id)).map(([, copyId]) => copyId)
  if (extra.length > 0) await deleteEntries(writer, target, extra)
  return copies
    .filter(([id]) => !there.has(id))
    .map(([id, copyId]) => ({ id, reason: message('recovery.copy-only-body', { copyId }) }))
}
