import { randomUUID } from 'node:crypto'
import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { Job } from '../../../shared/model/job'
import type { RebuildPlan, RebuildPlanning } from '../../../shared/model/restore'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import { findBackup, readHeader, requireUnchanged, type BackupFile } from '../backup/read-backup'
import { siblingKey } from '../inspection/sibling-key'
import { jobSource } from '../jobs/job-services'
import { createPlanStore } from '../jobs/plan-store'
import { recordDraft } from '../jobs/record-draft'
import { startPlanned } from '../jobs/start-job'
import { tellPlanning } from '../jobs/tell-planning'
import type { WriteGrant } from '../jobs/write-grant'
import { noted, readStreamMark } from '../inspection/stream-mark'
import { takeSnapshot } from '../inspection/stream-snapshot'
import { readGroups, type GroupState } from './group-state'
import type { RestoreOptions, RestoreSource } from './context'
import { planRebuild, streamOrNone, whyNotThere } from './plan-rebuild'
import { rebuild, type RebuildOrder } from './rebuild'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

export interface Rebuilds {
  planRebuild(
    request: { connectionId: string; file: string; target: Bytes | null; merge: boolean; stayed?: boolean | undefined },
    signal?: AbortSignal,
  ): AsyncGenerator<RebuildPlanning, void>
  /** Throws STALE_PLAN, and BAD_INPUT where the plan said, or what is there by now says, that it can't be done. */
  rebuild(grant: WriteGrant, order: { planId: string }): Promise<Job>
}

/** A backup, with what its stream holds now, into a new key with the original ids, groups and pending entries. */
export function createRebuilds(services: RestoreOptions): Rebuilds {
  const { jobs, dataDir } = services
  const plans = createPlanStore<{ readonly plan: RebuildPlan; readonly file: BackupFile }>(
    services.stamp,
    services.shelf,
  )

  return {
    async *planRebuild({ file: name, ...request }, signal) {
      const file = await findBackup(dataDir, name)
      const header = await readHeader(file)
      if (header === null) {
        const [problem, remedy] = [message('restore.no-first-line'), message('restore.as-new-named')]
        throw new AppError('BAD_INPUT', { field: 'file', problem, remedy })
      }
      if (!header.ids) {
        const [problem, remedy] = [message('entry-import.without-ids'), message('entry-import.id-column')]
        throw new AppError('BAD_INPUT', { field: 'file', problem, remedy })
      }
      // What is imported is of no stream that is there.
      const key = file.kind === 'import' && request.target !== null ? request.target : header.stream
      const walk = planRebuild(jobSource(services, request.connectionId, key), file, { ...request, key })
      yield* tellPlanning(walk, (plan) => plans.keep({ plan, file }), signal)
    },

    async rebuild(grant, { planId }) {
      const connectionId = grant.connection.id
      const { key } = plans.look(planId, { connectionId }).plan
      return startPlanned(jobs, grant, { key, group: null }, { plans, planId }, async ({ plan, file }) => {
        const { target, merge, stayed = false, entries, commands } = plan
        const source = jobSource(services, connectionId, key)
        await requireUnchanged(dataDir, file, planId)
        const { snapshot, groups } = await lookAgain(source, plan, file)
        const making = siblingKey(target, `:making-${randomUUID().slice(0, 8)}`, source.server)
        const positions = groups.map(({ info }) => ({
          name: fromBuffer(info.name),
          lastDeliveredId: info.lastDeliveredId,
        }))
        const restore = { kind: 'rebuild' as const, file: file.name, merge, stayed, target, making, groups: positions }
        services.importBegun(file.name)
        const note = message('undo.rebuild-making', { making })
        const held = groups.flatMap(pendingOf)
        const stream = noted(await readStreamMark(source.reader, source.key, { group: null, ids: held }))
        const about = { commands, undo: { ...plan.undo, note }, restore, stream, makes: [target] }
        return {
          draft: recordDraft('restore stream', key, summaryOf(plan, file), about),
          // It is not at its end with the last entry: groups follow.
          job: { kind: 'restore stream', to: null, total: entries + 1, undoable: true },
          work(begun) {
            const order: RebuildOrder = {
              ...{ ...source, ...begun, planId, file, merge, stayed, snapshot, groups, entries },
              making: toBuffer(making),
              target: toBuffer(target),
            }
            return (signal) => rebuild(order, signal)
          },
        }
      })
    },
  }
}

/** The stream and its groups as they are now. Throws where the plan is not true of them any more. */
async function lookAgain(
  source: RestoreSource,
  { id: planId, key, target, blocked: said, warnings }: RebuildPlan,
  file: BackupFile,
): Promise<Pick<RebuildOrder, 'snapshot' | 'groups'>> {
  const blocked = said ?? (await whyNotThere(source, key, target, file))
  if (blocked !== null) {
    const remedy = message('restore.choose-other')
    throw new AppError('BAD_INPUT', { field: 'target', problem: blocked, remedy })
  }
  const stream = await streamOrNone(source)
  if ((stream === null) !== warnings.includes('no-stream')) {
    const problem = message(stream === null ? 'plan.stream-gone' : 'plan.stream-there-again')
    throw new AppError('STALE_PLAN', { planId, problem })
  }
  if (stream === null) return { snapshot: null, groups: [] }
  // First the groups: nothing that they hold is newer than the snapshot then.
  const groups = await readGroups(source)
  if (groups === null) throw new AppError('STALE_PLAN', { planId, problem: message('plan.more-pending') })
  return { snapshot: await takeSnapshot(source.reader, source.key), groups }
}

function pendingOf({ rows }: GroupState): readonly EntryId[] {
  return rows.map(({ id }) => id)
}

function summaryOf({ target, file, entries }: RebuildPlan, { kind }: BackupFile): Message {
  if (kind === 'import') return message('entry-import.with-ids', { entries })
  return message('restore.into', { file, target })
}
