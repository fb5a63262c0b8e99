import type { Job } from '../../shared/model/job'
import type { UndoPlanning } from '../../shared/model/plan'
import type { Grant } from './grant'
import type { GroupChanges } from './group-change/group-changes'
import type { Journal } from './journal/journal'
import type { Recovery } from './recovery/recovery'
import type { Restore } from './restore/restore'

export interface Undoing {
  /** Says what an undo would give back, by reading only. */
  plan(connectionId: string, recordId: string, signal?: AbortSignal): AsyncGenerator<UndoPlanning, void>
  /** Throws NOT_FOUND for no such record, BAD_INPUT for one that can't be undone. */
  undo(grant: Grant, recordId: string): Promise<Job>
}

/** Takes back what a record of the journal did, by whoever did it. */
export function createUndoing(
  journal: Journal,
  recovery: Recovery,
  groupChanges: GroupChanges,
  restoring: Restore,
): Undoing {
  const whose = async (recordId: string): Promise<Recovery | GroupChanges | Restore> => {
    const { groupChange, restore } = await journal.get(recordId)
    if (restore) return restoring
    return groupChange ? groupChanges : recovery
  }
  return {
    async *plan(connectionId, recordId, signal) {
      yield* (await whose(recordId)).planUndo(connectionId, recordId, signal)
    },
    undo: async (grant, recordId) => (await whose(recordId)).undo(grant, recordId),
  }
}
