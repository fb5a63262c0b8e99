import type { EntryId } from '../../../../shared/entry-id'
import type { JobFailure } from '../../../../shared/model/job'
import { copyAndAck, type CopyResult } from '../../../redis/scripts/copy-and-ack'
import { serverTimeMs } from '../../../redis/clock'
import { idleByNow } from '../../inspection/observe-pending'
import { noCounts } from '../../../../shared/judgement/job-counts'
import { idsOf } from '../../jobs/run-batch'
import type { Copying, CopyPart } from './copy-part'
import { removeCopies } from './remove-copies'
import type { RunContext } from '../../jobs/run-context'
import type { Sent } from '../../jobs/send-commands'
import { isOutcomeUnknown } from '../../jobs/outcome-unknown'
import { message } from '../../../../shared/words/messages'

/** One script for all of the part: what it copied it has acked, and what it did not it has left alone. */
export async function copyByScript(context: RunContext, copying: Copying, part: CopyPart): Promise<Sent> {
  const { reader, writer, key, group } = context
  const { target, trim, provenance, fields } = copying
  const ids = idsOf(part.rows)
  const targetTrim = trim === null ? {} : { targetTrim: { maxLength: trim.maxLength, mostLost: trim.ceiling.left() } }
  const minIdleMs = idleByNow(part.rows, part.observation)
  const order = { key, group, target, fields, minIdleMs, ...targetTrim }
  const entries = part.rows.map((row) => ({ ...row, provenance: provenance?.(row, part.at) ?? [] }))
  for (const id of ids) part.progress.ackSent.add(id)
  const nothing = { counts: noCounts, except: [], until: null, lost: [], error: null }
  let result: CopyResult
  try {
    result = await copyAndAck(writer, order, entries)
    if (result.targetLost !== undefined) trim?.ceiling.took(result.targetLost)
  } catch (error) {
    if (isOutcomeUnknown(error)) return { ...nothing, lost: ids, error }
    return { ...nothing, except: ids, error: error instanceof Error ? error : new Error('the script failed') }
  }
  const until = await serverTimeMs(reader).catch(() => null)
  const counts = { ...noCounts }
  const copies: [EntryId, EntryId][] = []
  const unacked: [EntryId, EntryId][] = []
  const failures: JobFailure[] = []
  for (const [at, outcome] of result.outcomes.entries()) {
    const id = ids[at]
    if (id === undefined) break
    if (outcome.state === 'copied') copies.push([id, outcome.copyId])
    else if (outcome.state === 'copied-only') unacked.push([id, outcome.copyId])
    else if (outcome.state === 'gone') counts.gone += 1
    else if (outcome.state === 'too-many-fields') failures.push({ id, reason: message('recovery.too-many-fields') })
    else counts.leftAlone += 1
  }
  counts.changed = copies.length
  for (const [id, copyId] of unacked) {
    // The script told that it was not acked.
    part.progress.ackSent.delete(id)
    part.progress.copies.set(id, copyId)
  }
  const removed = await removeCopies(context, target, unacked)
  failures.push(...removed.failures)
  const lost = removed.lost ? unacked.map(([id]) => id) : []
  const told = new Set([...copies.map(([id]) => id), ...lost])
  const except = ids.filter((id) => !told.has(id))
  return { counts, except, until, lost, error: removed.lost ?? result.failure, copies, failures }
}
