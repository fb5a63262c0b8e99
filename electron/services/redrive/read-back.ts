import type { EntryId } from '../../../shared/entry-id'
import type { JobFailure } from '../../../shared/model/job'
import { deleteEntries } from '../../redis/xdel'
import { existingIds } from '../../redis/xrange'
import { noCounts } from '../../../shared/judgement/job-counts'
import { findCopies } from '../inspection/find-copies'
import type { BatchOutcome } from '../jobs/run-context'
import { inBoth, type RedriveContext } from './context'
import { tailOf } from './letter'
import type { Part } from './part'

/**
 * What became of entries when a reply was lost, by looking for them and for their copies. Gone and copied: moved. Still
 * there without a copy: nothing was done. Copied, and its XDEL not sent yet: it is sent now. Anything else is unknown: a
 * deletion that was sent once is not sent again, and the copy not taken back, for then the entry could be lost.
 */
export async function readRedriveBack(
  context: RedriveContext,
  part: Part,
  lost: readonly EntryId[],
): Promise<BatchOutcome> {
  const { reader, writer, key } = context
  const { target, byScript, letters, at, progress } = part
  const wanted = new Set(lost)
  const expected = letters
    .filter(({ id }) => wanted.has(id))
    .map((each) => ({ id: each.id, tail: tailOf(each, key, at) }))
  const there = await existingIds(reader, key, lost)
  const found = await findCopies({ reader, key: target }, at, expected)
  const counts = { ...noCounts }
  const except: EntryId[] = []
  const copies: [EntryId, EntryId][] = []
  const failures: JobFailure[] = []
  for (const id of lost) {
    const copyId = progress.copies.get(id) ?? found.copies.get(id)
    const isThere = there.has(id)
    if (copyId !== undefined && isThere && !progress.deleteSent.has(id)) await deleteEntries(writer, key, [id])
    if (copyId !== undefined && (!isThere || !progress.deleteSent.has(id))) {
      counts.changed += 1
      copies.push([id, copyId])
      continue
    }
    except.push(id)
    if (copyId !== undefined) {
      counts.unknown += 1
      failures.push(inBoth(id, copyId, null))
    } else if (isThere && (byScript || found.complete)) counts.leftAlone += 1
    else counts.unknown += 1
  }
  return { counts, except, until: null, copies, failures }
}

/** The same where nothing can be read: the copies that the server confirmed. */
export function unreadRedrive({ progress }: Part, lost: readonly EntryId[]) {
  const copies = lost.flatMap((id): (readonly [EntryId, EntryId])[] => {
    const copyId = progress.copies.get(id)
    return copyId === undefined ? [] : [[id, copyId]]
  })
  return { except: [], unsure: lost, copies, failures: copies.map(([id, copyId]) => inBoth(id, copyId, null)) }
}
