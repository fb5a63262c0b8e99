import { fromBuffer } from '../../redis/bytes'
import { deleteEntries } from '../../redis/xdel'
import { deleteWithMode, type ReferenceMode } from '../../redis/xdelex'
import { existingIds, type RawEntry } from '../../redis/xrange'
import type { EntryId } from '../../../shared/entry-id'
import type { CapabilityName, ServerInfo } from '../../../shared/model/connection'
import { isAppError } from '../../../shared/error'
import type { JobFailure } from '../../../shared/model/job'
import type { Message } from '../../../shared/model/message'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { message } from '../../../shared/words/messages'
import { createBodyLog } from '../backup/body-log'
import type { JobStep } from '../jobs/job-step'
import { sendOnce, type Sending } from '../jobs/lost-reply'
import type { ActionContext } from '../jobs/run-context'
import { noCounts } from '../lib/job-counts'
import { reasonOf } from '../lib/reason-of'

/** What a copying that may delete its originals needs beside the copying. */
export function copyingNeeds({ capabilities }: ServerInfo, mode: ReferenceMode | undefined): readonly CapabilityName[] {
  const copying = capabilities.eval.available ? (['xadd', 'xack'] as const) : (['xadd', 'xack', 'xdel'] as const)
  if (mode === undefined) return copying
  return [...new Set<CapabilityName>([...copying, mode === 'KEEPREF' ? 'xdel' : 'xdelex'])]
}

/** `kept`: what is told where the originals stay. */
export function undoOfCopies(mode: ReferenceMode | undefined, kept: RecoveryPlan['undo']): RecoveryPlan['undo'] {
  return mode === undefined ? kept : { possible: false, note: message('undo.originals-deleted') }
}

/** Deletes originals whose copies are confirmed and that are acked, their bodies in a file on the disk before. */
export interface OriginalsEnd {
  /** Before anything of a part is sent. */
  save(entries: readonly RawEntry[]): Promise<JobStep>
  /** What stays is told one by one, and their entries are done all the same. Throws a refusal after that. */
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
      return { done: 0, counts: noCounts, backupFile: log.file }
    },
    async *delete(ids, signal) {
      if (ids.length === 0) return
      try {
        const kept = await sendOnce(context, deletionOf(context, ids, mode), signal)
        if (kept.length > 0) yield told(kept.map((id) => ({ id, reason: message('recovery.original-kept') })))
      } catch (error) {
        if (isAppError(error)) yield told(mayStay(ids, reasonOf(error)))
        throw error
      }
    },
    close: () => log.close(),
  }
}

/** Gives those that stay for other groups. What is still there after a lost reply may go yet. */
function deletionOf(
  { reader, writer, key }: ActionContext,
  ids: readonly EntryId[],
  mode: ReferenceMode,
): Sending<readonly EntryId[]> {
  const lost = (left: readonly EntryId[]): JobStep => told(mayStay(left, message('recovery.reply-was-lost')))
  return {
    async send() {
      if (mode !== 'KEEPREF') {
        const results = await deleteWithMode(writer, key, ids, mode)
        return ids.filter((_, at) => results[at] === 'kept')
      }
      await deleteEntries(writer, key, ids)
      return []
    },
    async readBack() {
      const there = await existingIds(reader, key, ids)
      return lost(ids.filter((id) => there.has(id)))
    },
    unknown: lost(ids),
  }
}

function told(failures: readonly JobFailure[]): JobStep {
  return { done: 0, counts: noCounts, failures }
}

export function mayStay(ids: readonly EntryId[], why: Message): readonly JobFailure[] {
  return ids.map((id) => ({ id, reason: message('recovery.original-may-stay', { why }) }))
}
