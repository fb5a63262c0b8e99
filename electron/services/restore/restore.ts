import type { Job } from '../../../shared/model/job'
import type { UndoPlanning, UndoWhich } from '../../../shared/model/undo-plan'
import { toBuffer } from '../../redis/bytes'
import { createBackupList, type BackupList } from '../backup/list-backups'
import { jobSource } from '../jobs/job-services'
import { requireAllowed } from '../jobs/needs'
import { undoDraft } from '../jobs/record-draft'
import { startJob } from '../jobs/start-job'
import { tellPlanning } from '../jobs/tell-planning'
import type { WriteGrant } from '../jobs/write-grant'
import { notUndoable, requireUndoable } from '../journal/undoable'
import { requireCapability } from '../connections/require-capability'
import { createCopies, type Copies } from './copies'
import type { RestoreOptions } from './context'
import { createRebuilds, type Rebuilds } from './rebuilds'
import { createSwaps, type Swaps } from './swaps'
import { planRestoreUndo, undoOf, type JudgeAgain, type PastRestore } from './undo'
import { message } from '../../../shared/words/messages'

export interface Restore extends Copies, Rebuilds, Swaps {
  backups(): Promise<BackupList>
  planUndo(connectionId: string, recordId: string, signal?: AbortSignal): AsyncGenerator<UndoPlanning, void>
  /** All of it: nothing of a restore is only possible. */
  undo(
    grant: WriteGrant,
    recordId: string,
    which: undefined | UndoWhich,
    judges: { readonly judgeAgain: JudgeAgain },
  ): Promise<Job>
}

/** Puts back what a backup holds: as new entries, or into a new key that can take the stream's name. */
export function createRestore(services: RestoreOptions): Restore {
  const { journal, jobs, dataDir, server } = services

  const undoable = async (recordId: string) => {
    const { record, restore } = await journal.get(recordId)
    requireUndoable(record)
    if (!restore || restore.kind === 'catch up') throw notUndoable(message('undo.no-restore'))
    const { counts, undo } = record
    const past: PastRestore = {
      ...{ recordId, note: undo.note, entries: counts.changed + counts.unknown, restored: restore },
      batches: () => journal.batches(recordId),
    }
    return { record, past }
  }

  return {
    ...createCopies(services),
    ...createRebuilds(services),
    ...createSwaps(services),
    backups: createBackupList(dataDir, journal),

    async *planUndo(connectionId, recordId, signal) {
      const { record, past } = await undoable(recordId)
      if (isOfCopies(past)) {
        await requireAllowed(services, connectionId, [{ name: 'xdel', key: toBuffer(record.key) }])
      }
      const source = jobSource(services, connectionId, record.key)
      yield* tellPlanning(planRestoreUndo(source, dataDir, past), (plan) => plan, signal)
    },

    async undo(grant, recordId, _which, { judgeAgain }) {
      const connectionId = grant.connection.id
      const { record, past } = await undoable(recordId)
      const { key } = record
      if (isOfCopies(past)) requireCapability(server(connectionId, key), 'xdel')
      return startJob(jobs, grant, { key, group: null }, () => {
        const source = jobSource(services, connectionId, key)
        return Promise.resolve({
          draft: undoDraft(record, past.restored.kind === 'swap' ? [past.restored.target] : []),
          job: { kind: 'undo', to: null, total: past.entries, undoable: false },
          work: (begun) => (signal) => undoOf({ ...source, ...begun }, dataDir, past, signal, judgeAgain),
        })
      })
    },
  }
}

/** It added entries, each of which is deleted again. */
function isOfCopies({ restored: { kind } }: PastRestore): boolean {
  return kind === 'copies' || kind === 'copied'
}
