import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { Job } from '../../../shared/model/job'
import type { CopiesPlan, CopiesPlanning } from '../../../shared/model/restore'
import { findBackup, readHeader, requireUnchanged, type BackupFile } from '../backup/read-backup'
import { jobSource } from '../jobs/job-services'
import { createPlanStore } from '../jobs/plan-store'
import { recordDraft } from '../jobs/record-draft'
import { startPlanned } from '../jobs/start-job'
import { tellPlanning } from '../jobs/tell-planning'
import type { WriteGrant } from '../jobs/write-grant'
import { noted, readStreamMark } from '../inspection/stream-mark'
import { requireKnown } from '../jobs/require-known'
import { lookAtTarget } from '../recovery/copies/target-stream'
import { requireCapability } from '../connections/require-capability'
import { addCopies } from './add-copies'
import { chosenEntries } from './parts'
import type { RestoreOptions } from './context'
import { createStillCopied } from './still-copied'
import { planCopies, type CopiesRequest, type PreparedCopies } from './plan-copies'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

export interface Copies {
  planCopies(
    request: Omit<CopiesRequest, 'hasIds'> & { file: string },
    signal?: AbortSignal,
  ): AsyncGenerator<CopiesPlanning, void>
  /** Throws STALE_PLAN, also where the backup was written to since; CONFLICT. */
  addCopies(grant: WriteGrant, order: { key: Bytes; planId: string }): Promise<Job>
}

/** A backup's entries as new ones at the end of a stream. */
export function createCopies(services: RestoreOptions): Copies {
  const { jobs, dataDir, server } = services
  const plans = createPlanStore<PreparedCopies>(services.stamp, services.shelf)

  return {
    async *planCopies({ file: name, ...request }, signal) {
      const { connectionId, key } = request
      requireCapability(server(connectionId, key), 'xadd')
      const file = await findBackup(dataDir, name)
      const sourceOf = (name: Bytes) => services.source(connectionId, name)
      const isAnyway = request.ids !== null || request.copied === true
      const stillCopied = isAnyway ? null : await createStillCopied(services.journal, file, sourceOf)
      const hasIds = file.kind !== 'import' || (await readHeader(file))?.ids !== false
      const walk = planCopies(jobSource(services, connectionId, key), file, { ...request, hasIds }, stillCopied)
      yield* tellPlanning(walk, plans.keep, signal)
    },

    addCopies: (grant, { key, planId }) =>
      startPlanned(jobs, grant, { key, group: null }, { plans, planId }, async ({ plan, file, hasIds, there }) => {
        await requireUnchanged(dataDir, file, planId)
        const source = jobSource(services, grant.connection.id, key)
        const creates = (await lookAtTarget(source, key)).includes('new-stream')
        if (creates !== plan.creates) {
          const problem = message(creates ? 'plan.stream-gone' : 'plan.stream-there')
          throw new AppError('STALE_PLAN', { planId, problem })
        }
        const { ids, stayed = false, provenance, undo, commands } = plan
        const total = plan.entries + plan.there + (plan.stillCopied ?? 0)
        const choice = { ids, stayed }
        const restore = { kind: 'copies' as const, file: file.name, provenance }
        services.importBegun(file.name)
        const stream = noted(await readStreamMark(source.reader, source.key, { group: null, ids: [] }))
        return {
          draft: recordDraft('restore entries', key, summaryOf(plan, file), { commands, undo, restore, stream }),
          job: { kind: 'restore entries', to: null, total, undoable: undo.possible },
          look: () => requireKnown(source, stream, planId),
          work: (begun) => (signal) =>
            addCopies(
              { ...source, ...begun },
              chosenEntries(file, choice),
              { provenance, hasIds, creates, there },
              signal,
            ),
        }
      }),
  }
}

function summaryOf({ entries, ids, file }: CopiesPlan, { kind }: BackupFile): Message {
  if (kind === 'import') return message('entry-import.as-new', { entries })
  return ids === null ? message('restore.all-as-new', { file }) : message('restore.some-as-new', { entries, file })
}
