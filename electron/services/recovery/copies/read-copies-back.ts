import type { EntryId } from '../../../../shared/entry-id'
import type { JobFailure } from '../../../../shared/model/job'
import { noCounts } from '../../../../shared/judgement/job-counts'
import type { Copying, CopyPart } from './copy-part'
import { findCopies, type FoundCopies } from '../../inspection/find-copies'
import { observeIds } from '../../inspection/observe-pending'
import type { BatchOutcome, RunContext } from '../../jobs/run-context'
import { takeCopiesBack } from './remove-copies'
import { message } from '../../../../shared/words/messages'

/**
 * What became of entries when a reply was lost. Still pending: not acked, so its copy, if there is one, is taken back, but
 * not while the ack may still come (`fenced` false): the entry would be lost with it. Not pending any more and a copy there:
 * by the script, it was copied and acked. Else it may have been acked by us or by its consumer: unknown.
 */
export async function readCopiesBack(
  context: RunContext,
  copying: Copying,
  part: CopyPart,
  lost: readonly EntryId[],
  { byScript, fenced }: { readonly byScript: boolean; readonly fenced: boolean },
): Promise<BatchOutcome> {
  const { reader, key, group } = context
  const { rows, at } = await observeIds(reader, key, group, lost)
  const pending = new Set(rows.map(({ id }) => id))
  const found = await copiesOf(context, copying, part, lost)
  const copyOf = (id: EntryId): EntryId | undefined => part.progress.copies.get(id) ?? found.copies.get(id)
  const counts = { ...noCounts }
  const except: EntryId[] = []
  const unsure: EntryId[] = []
  const copies: [EntryId, EntryId][] = []
  const orphans: [EntryId, EntryId][] = []
  const kept: [EntryId, EntryId][] = []
  for (const id of lost) {
    const copyId = copyOf(id)
    if (pending.has(id) || !part.progress.ackSent.has(id)) {
      except.push(id)
      if (copyId !== undefined) (fenced ? orphans : kept).push([id, copyId])
      // A copy of which nothing tells may be there all the same.
      if (copyId === undefined && !byScript && !found.complete) counts.unknown += 1
      else counts.leftAlone += 1
    } else {
      if (copyId !== undefined) copies.push([id, copyId])
      if (copyId !== undefined && byScript) counts.changed += 1
      else {
        counts.unknown += 1
        unsure.push(id)
      }
    }
  }
  const told = orphans.length === 0 ? [] : await takeCopiesBack(context, copying.target, orphans)
  const failures = kept.map(([id, copyId]) => ({
    id,
    reason: message('recovery.ack-may-come', { copyId }),
  }))
  return { counts, except, unsure, until: at, copies: [...copies, ...kept], failures: [...told, ...failures] }
}

/** The same where nothing can be read: what the replies told before the connection was lost. */
export function unreadCopies({ progress }: CopyPart, lost: readonly EntryId[]) {
  const [unsure, except]: [EntryId[], EntryId[]] = [[], []]
  const copies: [EntryId, EntryId][] = []
  const failures: JobFailure[] = []
  for (const id of lost) {
    const mayBeAcked = progress.ackSent.has(id)
    ;(mayBeAcked ? unsure : except).push(id)
    const copyId = progress.copies.get(id)
    if (copyId === undefined) continue
    copies.push([id, copyId])
    failures.push({ id, reason: message(mayBeAcked ? 'recovery.copy-unread' : 'recovery.copy-not-acked', { copyId }) })
  }
  return { except, unsure, copies, failures }
}

/** Copies made by this very part, known by their provenance. */
async function copiesOf(
  { reader }: RunContext,
  { target, provenance }: Copying,
  part: CopyPart,
  lost: readonly EntryId[],
): Promise<FoundCopies> {
  if (provenance === null) return { copies: new Map(), complete: false }
  const wanted = new Set(lost)
  const expected = part.rows
    .filter(({ id }) => wanted.has(id))
    .map((row) => ({ id: row.id, tail: provenance(row, part.at) }))
  return findCopies({ reader, key: target }, part.at, expected)
}
