import { fromBuffer } from '../../../redis/bytes'
import { keyType } from '../../../redis/key-type'
import { deleteEntries } from '../../../redis/xdel'
import { deleteWithMode, type ReferenceMode } from '../../../redis/xdelex'
import { existingIds, type RawEntry } from '../../../redis/xrange'
import { MIN_ID, type EntryId } from '../../../../shared/entry-id'
import type { JobFailure } from '../../../../shared/model/job'
import type { Message } from '../../../../shared/model/message'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { message } from '../../../../shared/words/messages'
import { createBodyLog, type BodyLog } from '../../backup/body-log'
import type { JobStep } from '../../jobs/job-step'
import { isInterrupted, sendOnce, type Sending } from '../../jobs/lost-reply'
import { isOutcomeUnknown } from '../../jobs/outcome-unknown'
import type { ActionContext } from '../../jobs/run-context'
import { noCounts } from '../../../../shared/judgement/job-counts'
import { reasonOf } from '../../lib/reason-of'

/** `kept`: what is told where the originals stay. */
export function undoOfCopies(mode: ReferenceMode | undefined, kept: RecoveryPlan['undo']): RecoveryPlan['undo'] {
  return mode === undefined ? kept : { possible: false, note: message('undo.originals-deleted') }
}

/** Deletes originals whose copies are confirmed and that are acked, their bodies in a file on the disk before. */
export interface OriginalsEnd {
  /** Before anything of a part is sent. Throws STALE_PLAN where a group came to need them. */
  save(entries: readonly RawEntry[]): Promise<JobStep>
  /** Of what was saved last. What stays is told one by one, and their entries are done all the same. Throws a refusal after that. */
  delete(ids: readonly EntryId[], signal: AbortSignal): AsyncGenerator<JobStep, void>
  close(): Promise<void>
}

export function createOriginalsEnd(context: ActionContext, mode: ReferenceMode): OriginalsEnd {
  const { record, dataDir, key } = context
  const log = createBodyLog(dataDir, record.id, fromBuffer(key), 'ack-delete')
  return {
    async save(entries) {
      await log.add(entries)
      await record.backup(log.file)
      await context.requireGroups(entries.at(-1)?.id ?? MIN_ID)
      return { done: 0, counts: noCounts, backupFile: log.file }
    },
    async *delete(ids, signal) {
      if (ids.length === 0) return log.confirm([])
      try {
        const kept = await sendOnce(context, deletionOf(context, ids, mode, log), signal)
        if (kept.length > 0) yield told(kept.map((id) => ({ id, reason: message('recovery.original-kept') })))
      } catch (error) {
        if (!isInterrupted(error)) yield told(mayStay(ids, reasonOf(error)))
        throw error
      }
    },
    close: () => log.close(),
  }
}

/** Gives those that stay for other groups. What is still there after a lost reply may go yet. */
function deletionOf(
  context: ActionContext,
  ids: readonly EntryId[],
  mode: ReferenceMode,
  log: BodyLog,
): Sending<readonly EntryId[]> {
  const { reader, writer, key } = context
  const lost = (left: readonly EntryId[]): JobStep => told(mayStay(left, message('recovery.reply-was-lost')))
  const send = async (): Promise<readonly EntryId[]> => {
    log.sent()
    if (mode === 'KEEPREF') {
      await log.confirm(ids, await deleteEntries(writer, key, ids))
      return []
    }
    const results = await deleteWithMode(writer, key, ids, mode)
    await log.confirm(ids.filter((_, at) => results[at] === 'deleted'))
    return ids.filter((_, at) => results[at] === 'kept')
  }
  return {
    send: () =>
      send().catch(async (error: unknown) => {
        // One command deletes all of them, or nothing.
        if (!isOutcomeUnknown(error)) await log.confirm([])
        throw error
      }),
    async readBack(fenced) {
      const there = await existingIds(reader, key, ids)
      const left = ids.filter((id) => there.has(id))
      // With the stream itself gone nobody can tell; nor with some gone by ACKED, which leaves some as well.
      if (left.length === 0 && (await isThere(context))) await log.confirm(ids)
      else if (left.length > 0 && fenced && mode !== 'ACKED') await log.confirm([])
      return lost(left)
    },
    unknown: lost(ids),
  }
}

/** False also where the server doesn't tell. */
async function isThere({ reader, key }: ActionContext): Promise<boolean> {
  return (await keyType(reader, key).catch(() => 'unknown')) === 'stream'
}

function told(failures: readonly JobFailure[]): JobStep {
  return { done: 0, counts: noCounts, failures }
}

export function mayStay(ids: readonly EntryId[], why: Message): readonly JobFailure[] {
  return ids.map((id) => ({ id, reason: message('recovery.original-may-stay', { why }) }))
}

/**
 * Told of entries whose reply was lost in the copying: no original was deleted then. `copied`: which of them are known to
 * have a copy, and to be acked.
 */
export function notDeleted(ids: readonly EntryId[], copied: ReadonlySet<EntryId>): readonly JobFailure[] {
  const why = message('recovery.reply-was-lost')
  return ids.map((id) => {
    const isCopied = copied.has(id)
    return { id, reason: isCopied ? message('recovery.original-may-stay', { why }) : message('recovery.original-left') }
  })
}
