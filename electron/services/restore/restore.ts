import type { Job } from '../../../shared/model/job'
import type { UndoPlanning } from '../../../shared/model/plan'
import { createBackupList, type BackupList } from '../backup/list-backups'
import { intention, type Grant } from '../jobs/write-grant'
import { requireCapability } from '../connections/require-capability'
import { createCopies, type Copies } from './copies'
import { contextOf, notUndoable, placeOf, planning, whyNotUndone, type RestoreOptions } from './options'
import { createRebuilds, type Rebuilds } from './rebuilds'
import { createSwaps, type Swaps } from './swaps'
import { planUndoOf, undoOf, type PastRestore } from './undo'

export interface Restore extends Copies, Rebuilds, Swaps {
  backups(): Promise<BackupList>
  planUndo(connectionId: string, recordId: string, signal?: AbortSignal): AsyncGenerator<UndoPlanning, void>
  undo(grant: Grant, recordId: string): Promise<Job>
}

/** Puts back what a backup holds: as new entries, or into a new key that can take the stream's name. */
export function createRestore(options: RestoreOptions): Restore {
  const { journal, jobs, dataDir, server } = options

  const undoable = async (connectionId: string, recordId: string) => {
    const { record, restore } = await journal.get(recordId)
    const why = whyNotUndone(record, connectionId)
    if (why !== null) throw notUndoable(why)
    if (!restore || restore.kind === 'catch up') throw notUndoable('It is no restore that can be undone.')
    const { counts, undo } = record
    const past: PastRestore = {
      ...{ recordId, note: undo.note, entries: counts.changed + counts.unknown, restored: restore },
      batches: () => journal.batches(recordId),
    }
    return { record, past }
  }

  return {
    ...createCopies(options),
    ...createRebuilds(options),
    ...createSwaps(options),
    backups: createBackupList(dataDir, journal),

    async *planUndo(connectionId, recordId, signal) {
      const { record, past } = await undoable(connectionId, recordId)
      yield* planning(planUndoOf(placeOf(options, connectionId, record.key), dataDir, past), (plan) => plan, signal)
    },

    async undo(grant, recordId) {
      const connectionId = grant.connection.id
      const { record, past } = await undoable(connectionId, recordId)
      const { key, summary } = record
      if (past.restored.kind === 'copies') requireCapability(server(connectionId), 'xdel')
      const reservation = jobs.reserve(connectionId, key, null)
      try {
        const undo = { possible: false, note: 'It was an undo itself.' }
        const makes = past.restored.kind === 'swap' ? [past.restored.target] : []
        const begun = await grant.begin(intention('undo', key, `undo: ${summary}`, { undo, undoes: recordId, makes }))
        const context = contextOf(options, connectionId, placeOf(options, connectionId, key), begun)
        const job = { kind: 'undo' as const, connectionId, key, group: null, to: null, undoable: false }
        return reservation.start({ ...job, total: past.entries }, begun.record, (signal) =>
          undoOf(context, dataDir, past, signal),
        )
      } catch (error) {
        reservation.release()
        throw error
      }
    },
  }
}
