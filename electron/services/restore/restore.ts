import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { ServerInfo } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import type { UndoPlanning } from '../../../shared/model/plan'
import type { CopiesPlan, CopiesPlanning } from '../../../shared/model/restore'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/client'
import { createBackupList, type BackupList } from '../backup/list-backups'
import { findBackup, requireUnchanged, type BackupFile } from '../backup/read-backup'
import { intention, type Grant } from '../grant'
import type { Jobs } from '../jobs'
import type { Journal } from '../journal/journal'
import { createPlanStore } from '../recovery/plan-store'
import { lookAtTarget } from '../recovery/target-stream'
import { requireCapability } from '../require-capability'
import { addCopies } from './add-copies'
import type { RestoreContext, RestorePlace } from './context'
import { chosenEntries } from './parts'
import { planCopies, type CopiesRequest } from './plan-copies'
import { planUndoCopies, undoCopies, type PastCopies } from './undo-copies'

export interface Restore {
  backups(): Promise<BackupList>
  planCopies(request: CopiesRequest & { file: string }, signal?: AbortSignal): AsyncGenerator<CopiesPlanning, void>
  /** Throws STALE_PLAN, also where the backup was written to since; CONFLICT. */
  addCopies(grant: Grant, order: { key: Bytes; planId: string }): Promise<Job>
  planUndo(connectionId: string, recordId: string, signal?: AbortSignal): AsyncGenerator<UndoPlanning, void>
  undo(grant: Grant, recordId: string): Promise<Job>
}

export interface RestoreOptions {
  readonly journal: Journal
  readonly jobs: Jobs
  readonly dataDir: string
  reader(connectionId: string): Reader
  server(connectionId: string): ServerInfo
  whenReady(connectionId: string, signal: AbortSignal): Promise<boolean>
}

/** Puts back what a backup holds: as new entries at the end of a stream. */
export function createRestore({ journal, jobs, dataDir, reader, server, whenReady }: RestoreOptions): Restore {
  const plans = createPlanStore<{ readonly plan: CopiesPlan; readonly file: BackupFile }>()
  const placeOf = (connectionId: string, key: Bytes): RestorePlace => ({
    reader: reader(connectionId),
    key: toBuffer(key),
    server: server(connectionId),
    exclusiveRange: server(connectionId).capabilities.exclusiveRange.available,
  })
  const contextOf = (
    connectionId: string,
    place: RestorePlace,
    begun: Pick<RestoreContext, 'writer' | 'record'>,
  ): RestoreContext => ({ ...place, ...begun, whenReady: (signal) => whenReady(connectionId, signal) })

  const undoable = async (connectionId: string, recordId: string) => {
    const { record, restore } = await journal.get(recordId)
    const why = whyNotUndone(record, connectionId)
    if (why !== null || !restore) throw notUndoable(why ?? 'It is no restore.')
    const past: PastCopies = { recordId, ...restore, batches: () => journal.batches(recordId) }
    return { record, past }
  }

  return {
    backups: createBackupList(dataDir, journal),

    async *planCopies({ file: name, ...request }, signal) {
      const { connectionId, key } = request
      requireCapability(server(connectionId), 'xadd')
      const file = await findBackup(dataDir, name)
      const walk = planCopies(placeOf(connectionId, key), file, request)
      for (;;) {
        const step = await walk.next()
        if (signal?.aborted) return
        if (step.done) {
          plans.put(step.value.id, { plan: step.value, file })
          yield { state: 'ready', plan: step.value }
          return
        }
        yield { state: 'reading', ...step.value }
      }
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
        const place = placeOf(connectionId, key)
        const creates = (await lookAtTarget(place, key)).includes('new-stream')
        if (creates !== plan.creates) {
          const words = creates ? 'The stream is gone by now.' : 'The stream exists by now.'
          throw new AppError('STALE_PLAN', { planId }, `${words} Look at it anew.`)
        }
        plans.take(planId)
        const { entries: total, provenance, undo, commands } = plan
        const restore = { kind: 'copies' as const, file: file.name, provenance }
        const begun = await grant.begin(intention('restore entries', key, summaryOf(plan), { commands, undo, restore }))
        const context = contextOf(connectionId, place, begun)
        const about = { kind: 'restore entries' as const, connectionId, key, group: null, to: null, total }
        return reservation.start({ ...about, undoable: undo.possible }, begun.record, (signal) =>
          addCopies(context, chosenEntries(file, plan.ids), provenance, signal),
        )
      } catch (error) {
        reservation.release()
        throw error
      }
    },

    async *planUndo(connectionId, recordId, signal) {
      const { record, past } = await undoable(connectionId, recordId)
      const total = record.counts.changed + record.counts.unknown
      const walk = planUndoCopies(placeOf(connectionId, record.key), past, record.undo.note)
      for (;;) {
        const step = await walk.next()
        if (signal?.aborted) return
        if (step.done) {
          yield { state: 'ready', plan: step.value }
          return
        }
        yield { state: 'reading', walked: step.value.walked, total: Math.max(total, step.value.walked) }
      }
    },

    async undo(grant, recordId) {
      const connectionId = grant.connection.id
      const { record, past } = await undoable(connectionId, recordId)
      const { key, counts, summary } = record
      requireCapability(server(connectionId), 'xdel')
      const reservation = jobs.reserve(connectionId, key, null)
      try {
        const undo = { possible: false, note: 'It was an undo itself.' }
        const begun = await grant.begin(intention('undo', key, `undo: ${summary}`, { undo, undoes: recordId }))
        const context = contextOf(connectionId, placeOf(connectionId, key), begun)
        const total = counts.changed + counts.unknown
        const job = { kind: 'undo' as const, connectionId, key, group: null, to: null, total, undoable: false }
        return reservation.start(job, begun.record, (signal) => undoCopies(context, past, signal))
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

function whyNotUndone(
  { connectionId, undo, state }: Awaited<ReturnType<Journal['get']>>['record'],
  here: string,
): string | null {
  if (connectionId !== here) return 'It was done on another connection.'
  if (!undo.possible) return undo.note
  if (state === 'running') return 'It is still running. Cancel it first.'
  return undo.undoneBy === null ? null : 'It has been undone already.'
}

function notUndoable(why: string): AppError {
  return new AppError('BAD_INPUT', { field: 'recordId', remedy: 'Choose a record that offers Undo.' }, why)
}
