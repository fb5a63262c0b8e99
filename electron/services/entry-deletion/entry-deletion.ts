import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { ServerInfo } from '../../../shared/model/connection'
import type { DeletionPlan } from '../../../shared/model/deletion'
import type { Job } from '../../../shared/model/job'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { intention, type Grant } from '../jobs/write-grant'
import type { Jobs } from '../jobs/jobs'
import { createPlanStore } from '../jobs/plan-store'
import { requireCapability } from '../connections/require-capability'
import type { Source } from '../trim/find-cut'
import { requireSame } from '../inspection/stream-snapshot'
import { makeDeletionPlan, type DeletionRequest, type PreparedDeletion } from './make-plan'
import { deleteInParts } from './run'

const RECONNECT_MS = 60_000

export interface EntryDeletion {
  plan(request: DeletionRequest): Promise<DeletionPlan>
  /** Throws STALE_PLAN when the plan is another stream's, or the stream was made anew. */
  run(grant: Grant, order: { key: Bytes; planId: string; backup: boolean }): Promise<Job>
}

export interface EntryDeletionOptions {
  readonly jobs: Jobs
  readonly dataDir: string
  reader(connectionId: string): Reader
  server(connectionId: string): ServerInfo
  whenReady(connectionId: string, signal: AbortSignal): Promise<boolean>
}

/** Deletes entries by id, after a look at the groups that need them, and a backup. By XDELEX (8.2+) where there is one. */
export function createEntryDeletion({ jobs, dataDir, reader, server, whenReady }: EntryDeletionOptions): EntryDeletion {
  const plans = createPlanStore<PreparedDeletion>()
  const hasModes = (connectionId: string): boolean => server(connectionId).capabilities.xdelex.available
  const sourceOf = (connectionId: string, key: Bytes): Source => ({
    reader: reader(connectionId),
    key: toBuffer(key),
  })

  return {
    async plan(request) {
      const { connectionId, key, references } = request
      const byMode = hasModes(connectionId)
      requireCapability(server(connectionId), byMode || references !== 'KEEPREF' ? 'xdelex' : 'xdel')
      const prepared = await makeDeletionPlan(sourceOf(connectionId, key), request, byMode)
      plans.put(prepared.plan.id, prepared)
      return prepared.plan
    },

    async run(grant, { key, planId, backup }) {
      const connectionId = grant.connection.id
      const place = jobs.reserve(connectionId, key, null)
      try {
        const { plan, ids, snapshot } = plans.take(planId)
        if (connectionId !== plan.connectionId || !toBuffer(plan.key).equals(toBuffer(key))) {
          throw new AppError('STALE_PLAN', { planId }, 'This plan was made for another stream. Make it again.')
        }
        const source = sourceOf(connectionId, key)
        await requireSame(source.reader, source.key, snapshot, planId)
        const note = backup ? 'Redis keeps no way back; the backup has what went.' : 'Redis keeps no way back.'
        const more = { commands: plan.commands, undo: { possible: false, note } }
        const { writer, record } = await grant.begin(intention('delete', key, summaryOf(plan), more))
        const total = plan.entries
        const job = { kind: 'delete' as const, connectionId, key, group: null, to: null, total, undoable: false }
        const order = {
          ...{ ...source, writer, record, ids },
          mode: hasModes(connectionId) ? plan.references : null,
          backup: backup ? { dataDir } : null,
          whenReady: (signal: AbortSignal) =>
            whenReady(connectionId, AbortSignal.any([signal, AbortSignal.timeout(RECONNECT_MS)])),
        }
        return place.start(job, record, (signal) => deleteInParts(order, signal))
      } catch (error) {
        place.release()
        throw error
      }
    },
  }
}

function summaryOf({ entries, references, firstId, lastId }: DeletionPlan): string {
  const which = firstId === lastId ? (firstId ?? 'nothing') : `${entries} entries from ${firstId} to ${lastId}`
  return `delete ${which} (${references})`
}
