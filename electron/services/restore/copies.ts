import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { Job } from '../../../shared/model/job'
import type { CopiesPlan, CopiesPlanning } from '../../../shared/model/restore'
import { toBuffer } from '../../redis/bytes'
import { findBackup, requireUnchanged, type BackupFile } from '../backup/read-backup'
import { intention, type Grant } from '../jobs/write-grant'
import { createPlanStore } from '../jobs/plan-store'
import { lookAtTarget } from '../recovery/target-stream'
import { requireCapability } from '../connections/require-capability'
import { addCopies } from './add-copies'
import { chosenEntries } from './parts'
import { contextOf, placeOf, planning, type RestoreOptions } from './options'
import { planCopies, type CopiesRequest } from './plan-copies'

export interface Copies {
  planCopies(request: CopiesRequest & { file: string }, signal?: AbortSignal): AsyncGenerator<CopiesPlanning, void>
  /** Throws STALE_PLAN, also where the backup was written to since; CONFLICT. */
  addCopies(grant: Grant, order: { key: Bytes; planId: string }): Promise<Job>
}

/** A backup's entries as new ones at the end of a stream. */
export function createCopies(options: RestoreOptions): Copies {
  const { jobs, dataDir, server } = options
  const plans = createPlanStore<{ readonly plan: CopiesPlan; readonly file: BackupFile }>()

  return {
    async *planCopies({ file: name, ...request }, signal) {
      const { connectionId, key } = request
      requireCapability(server(connectionId), 'xadd')
      const file = await findBackup(dataDir, name)
      const keep = (plan: CopiesPlan): CopiesPlan => {
        plans.put(plan.id, { plan, file })
        return plan
      }
      yield* planning(planCopies(placeOf(options, connectionId, key), file, request), keep, signal)
    },

    async addCopies(grant, { key, planId }) {
      const connectionId = grant.connection.id
      const reservation = jobs.reserve(connectionId, key, null)
      try {
        const { plan, file } = plans.look(planId)
        if (connectionId !== plan.connectionId || !toBuffer(plan.key).equals(toBuffer(key))) {
          throw new AppError('STALE_PLAN', { planId }, 'This plan was made for another stream. Make it again.')
        }
        await requireUnchanged(dataDir, file, planId)
        const place = placeOf(options, connectionId, key)
        const creates = (await lookAtTarget(place, key)).includes('new-stream')
        if (creates !== plan.creates) {
          const words = creates ? 'The stream is gone by now.' : 'The stream exists by now.'
          throw new AppError('STALE_PLAN', { planId }, `${words} Look at it anew.`)
        }
        plans.take(planId)
        const { entries: total, provenance, undo, commands } = plan
        const restore = { kind: 'copies' as const, file: file.name, provenance }
        const begun = await grant.begin(intention('restore entries', key, summaryOf(plan), { commands, undo, restore }))
        const context = contextOf(options, connectionId, place, begun)
        const about = { kind: 'restore entries' as const, connectionId, key, group: null, to: null, total }
        return reservation.start({ ...about, undoable: undo.possible }, begun.record, (signal) =>
          addCopies(context, chosenEntries(file, plan.ids), provenance, signal),
        )
      } catch (error) {
        reservation.release()
        throw error
      }
    },
  }
}

function summaryOf({ entries, ids, file }: CopiesPlan): string {
  const which = ids === null ? 'all' : String(entries)
  return `restore ${which} of ${file} as new entries`
}
