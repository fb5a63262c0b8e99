import type { Bytes } from '../../../shared/bytes'
import type { DeletionPlan } from '../../../shared/model/deletion'
import type { Job } from '../../../shared/model/job'
import { jobSource, type JobServices } from '../jobs/job-services'
import { createPlanStore } from '../jobs/plan-store'
import { recordDraft } from '../jobs/record-draft'
import { startPlanned } from '../jobs/start-job'
import type { WriteGrant } from '../jobs/write-grant'
import { requireCapability } from '../connections/require-capability'
import { requireSameGroups, sameGroups } from '../inspection/group-positions'
import { noted, readStreamMark } from '../inspection/stream-mark'
import { requireSame } from '../inspection/stream-snapshot'
import { requireKnown } from '../jobs/require-known'
import { planDeletion, type DeletionRequest, type PreparedDeletion } from './plan-deletion'
import { deleteInParts } from './run'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

export interface EntryDeletion {
  plan(request: DeletionRequest): Promise<DeletionPlan>
  /** Throws STALE_PLAN when the plan is another stream's, the stream was made anew, or a group came since, or was set back. */
  run(grant: WriteGrant, order: { key: Bytes; planId: string; backup: boolean }): Promise<Job>
}

export interface EntryDeletionOptions extends JobServices {
  readonly dataDir: string
}

/** Deletes entries by id, after a look at the groups that need them, and a backup. By XDELEX (8.2+) where there is one. */
export function createEntryDeletion(services: EntryDeletionOptions): EntryDeletion {
  const { jobs, dataDir, server } = services
  const plans = createPlanStore<PreparedDeletion>(services.stamp, services.shelf)

  return {
    async plan(request) {
      const { connectionId, key, references } = request
      const about = server(connectionId, key)
      const byMode = about.capabilities.xdelex.available
      requireCapability(about, byMode || references !== 'KEEPREF' ? 'xdelex' : 'xdel')
      return plans.keep(await planDeletion(services.source(connectionId, key), request, byMode))
    },

    run: (grant, { key, planId, backup }) =>
      startPlanned(jobs, grant, { key, group: null }, { plans, planId }, async ({ plan, ids, snapshot, positions }) => {
        const source = jobSource(services, grant.connection.id, key)
        await requireSame(source.reader, source.key, snapshot, planId)
        // By ACKED nothing goes that a group needs.
        if (plan.references !== 'ACKED') await requireSameGroups(source, positions, planId)
        const mark = noted(await readStreamMark(source.reader, source.key, { group: null, ids }))
        const note = message(backup ? 'undo.backup-has-it' : 'undo.no-way')
        const mode = source.server.capabilities.xdelex.available ? plan.references : null
        return {
          draft: recordDraft('delete', key, summaryOf(plan), {
            commands: plan.commands,
            undo: { possible: false, note },
          }),
          job: { kind: 'delete', to: null, total: plan.entries, undoable: false },
          look: () => requireKnown(source, mark, planId),
          work(begun) {
            const needed = sameGroups(source, plan.references === 'ACKED' ? null : positions, planId)
            const order = { ...source, ...begun, ids, mode, requireGroups: needed, backup: backup ? { dataDir } : null }
            return (signal) => deleteInParts(order, signal)
          },
        }
      }),
  }
}

function summaryOf({ entries, references, firstId, lastId }: DeletionPlan): Message {
  if (firstId === null || lastId === null) return message('deletion.of-nothing', { references })
  if (firstId === lastId) return message('deletion.of-one', { id: firstId, references })
  return message('deletion.of-many', { entries, firstId, lastId, references })
}
