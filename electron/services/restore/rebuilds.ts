import { randomUUID } from 'node:crypto'
import { displayBytes, type Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { Job } from '../../../shared/model/job'
import type { RebuildPlan, RebuildPlanning } from '../../../shared/model/restore'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import { findBackup, readHeader, requireUnchanged, type BackupFile } from '../backup/read-backup'
import { intention, type Grant } from '../jobs/write-grant'
import { nameBeside } from '../inspection/sibling-key'
import { createPlanStore } from '../jobs/plan-store'
import { takeSnapshot } from '../inspection/stream-snapshot'
import { readGroups } from './group-state'
import { contextOf, placeOf, planning, type RestoreOptions } from './options'
import { planRebuild, streamOrNone, whyNotThere } from './plan-rebuild'
import { rebuild, type RebuildOrder } from './rebuild'

export interface Rebuilds {
  planRebuild(
    request: { connectionId: string; file: string; target: Bytes | null; merge: boolean },
    signal?: AbortSignal,
  ): AsyncGenerator<RebuildPlanning, void>
  /** Throws STALE_PLAN, and BAD_INPUT where the plan said, or what is there by now says, that it can't be done. */
  rebuild(grant: Grant, order: { planId: string }): Promise<Job>
}

/** A backup, with what its stream holds now, into a new key with the original ids, groups and pending entries. */
export function createRebuilds(options: RestoreOptions): Rebuilds {
  const { jobs, dataDir } = options
  const plans = createPlanStore<{ readonly plan: RebuildPlan; readonly file: BackupFile }>()

  return {
    async *planRebuild({ file: name, ...request }, signal) {
      const file = await findBackup(dataDir, name)
      const header = await readHeader(file)
      if (header === null) {
        const remedy = 'Restore its entries as new ones: then you name the stream.'
        throw new AppError('BAD_INPUT', { field: 'file', remedy }, 'The backup’s first line can’t be read.')
      }
      const key = header.stream
      const keep = (plan: RebuildPlan): RebuildPlan => {
        plans.put(plan.id, { plan, file })
        return plan
      }
      const place = placeOf(options, request.connectionId, key)
      yield* planning(planRebuild(place, file, { ...request, key }), keep, signal)
    },

    async rebuild(grant, { planId }) {
      const connectionId = grant.connection.id
      const { plan, file } = plans.look(planId)
      const { key, target, merge } = plan
      if (connectionId !== plan.connectionId) {
        throw new AppError('STALE_PLAN', { planId }, 'This plan was made for another connection. Make it again.')
      }
      const reservation = jobs.reserve(connectionId, key, null)
      try {
        const place = placeOf(options, connectionId, key)
        const blocked = plan.blocked ?? (await whyNotThere(place, key, target))
        if (blocked !== null) {
          throw new AppError(
            'BAD_INPUT',
            { field: 'target', remedy: 'Choose another name, or another backup.' },
            blocked,
          )
        }
        await requireUnchanged(dataDir, file, planId)
        const stream = await streamOrNone(place)
        if ((stream === null) !== plan.warnings.includes('no-stream')) {
          const words = stream === null ? 'The stream is gone by now.' : 'The stream is there again by now.'
          throw new AppError('STALE_PLAN', { planId }, `${words} Look at it anew.`)
        }
        // First the groups: nothing that they hold is newer than the snapshot then.
        const groups = stream === null ? [] : await readGroups(place)
        if (groups === null) throw new AppError('STALE_PLAN', { planId }, 'More is pending by now than can be copied.')
        const snapshot = stream === null ? null : await takeSnapshot(place.reader, place.key)
        plans.take(planId)
        const making = nameBeside(target, `:making-${randomUUID().slice(0, 8)}`, place.server)
        const positions = groups.map(({ info }) => ({
          name: fromBuffer(info.name),
          lastDeliveredId: info.lastDeliveredId,
        }))
        const restore = { kind: 'rebuild' as const, file: file.name, merge, target, making, groups: positions }
        const { commands, undo } = plan
        const note = `${undo.note} Until it is whole it is called ${displayBytes(making)}.`
        const about = { commands, undo: { ...undo, note }, restore, makes: [target] }
        const begun = await grant.begin(intention('restore stream', key, summaryOf(plan), about))
        const order: RebuildOrder = {
          ...contextOf(options, connectionId, place, begun),
          ...{ planId, file, merge, snapshot, groups, entries: plan.entries },
          making: toBuffer(making),
          target: toBuffer(target),
        }
        const job = { kind: 'restore stream' as const, connectionId, key, group: null, to: null, undoable: true }
        // It is not at its end with the last entry: groups follow.
        return reservation.start({ ...job, total: plan.entries + 1 }, begun.record, (signal) => rebuild(order, signal))
      } catch (error) {
        reservation.release()
        throw error
      }
    },
  }
}

function summaryOf({ target, file }: RebuildPlan): string {
  return `restore ${file} into ${displayBytes(target)}`
}
