import type { Bytes } from '../../../shared/bytes'
import type { Job } from '../../../shared/model/job'
import type { TrimPlan } from '../../../shared/model/trim-plan'
import { abortable } from '../../redis/abortable'
import { jobSource, type JobServices } from '../jobs/job-services'
import { createPlanStore } from '../jobs/plan-store'
import { recordDraft } from '../jobs/record-draft'
import { startPlanned } from '../jobs/start-job'
import type { WriteGrant } from '../jobs/write-grant'
import { requireCapability } from '../connections/require-capability'
import { meansOf } from './keep-needed'
import { byMode, planTrim, type PreparedTrim, type TrimRequest } from './plan-trim'
import { requireSameGroups, sameGroups } from '../inspection/group-positions'
import { noted, readStreamMark } from '../inspection/stream-mark'
import { requireSame } from '../inspection/stream-snapshot'
import { requireKnown } from '../jobs/require-known'
import { trimEntries } from './trim-entries'
import type { TrimOrder } from './trim-order'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

export interface Trimming {
  /** Reads no further once the signal aborts, and throws its reason. */
  plan(request: TrimRequest, signal?: AbortSignal): Promise<TrimPlan>
  /** Throws STALE_PLAN when the plan is another stream's, or what it showed is no longer so. */
  run(grant: WriteGrant, order: { key: Bytes; planId: string; backup: boolean }): Promise<Job>
}

export interface TrimmingOptions extends JobServices {
  readonly dataDir: string
}

/** Trimming with a preview of what goes and who still needs it, in bounded steps, after a backup. */
export function createTrimming(services: TrimmingOptions): Trimming {
  const { jobs, dataDir, server } = services
  const plans = createPlanStore<PreparedTrim>(services.stamp, services.shelf)

  return {
    async plan(request, signal) {
      const { connectionId, key } = request
      const about = server(connectionId, key)
      const minId = about.capabilities.trimMinId.available
      requireCapability(about, byMode(request) === null ? 'xtrim' : 'xdelex')
      if (request.strategy.kind === 'minid') requireCapability(about, 'trimMinId')
      if (!minId) requireCapability(about, 'xdel')
      const { reader, ...source } = services.source(connectionId, key)
      const means = meansOf(about)
      return plans.keep(await planTrim({ ...source, reader: abortable(reader, signal) }, request, minId, means))
    },

    run: (grant, { key, planId, backup }) =>
      startPlanned(jobs, grant, { key, group: null }, { plans, planId }, async (prepared) => {
        const { plan, snapshot, firstKept, keeping, neededFrom } = prepared
        const connectionId = grant.connection.id
        const source = jobSource(services, connectionId, key)
        await requireSame(source.reader, source.key, snapshot, planId)
        // What they need by now is kept.
        if (keeping === null) await requireSameGroups(source, prepared.delivered, planId)
        const mark = noted(await readStreamMark(source.reader, source.key, { group: null, ids: [] }))
        const note = message(backup ? 'undo.backup-has-it' : 'undo.no-way')
        const total = plan.removes.value
        return {
          draft: recordDraft('trim', key, summaryOf(plan), {
            commands: plan.commands,
            undo: { possible: false, note },
          }),
          job: { kind: 'trim', to: null, total, undoable: false },
          look: () => requireKnown(source, mark, planId),
          work(begun) {
            const positions = keeping === null && byMode(plan) !== 'ACKED' ? prepared.delivered : null
            const order: TrimOrder = {
              requireGroups: sameGroups(source, positions, planId),
              ...{ ...source, ...begun, plan, snapshot, firstKept, keeping, neededFrom },
              minId: source.server.capabilities.trimMinId.available,
              backup: backup ? { dataDir, name: key } : null,
              wentLog: null,
            }
            return (signal) => (total === 0 ? nothing() : trimEntries(order, signal))
          },
        }
      }),
  }
}

async function* nothing(): AsyncGenerator<never, void> {
  // The plan removes nothing, so nothing is sent.
}

function summaryOf({ strategy, approximate, references, needed }: TrimPlan): Message {
  const how = { approximate, references: byMode({ references }) }
  const trim =
    strategy.kind === 'maxlen'
      ? message('trim.to-length', { ...how, entries: strategy.maxlen })
      : message('trim.to-id', { ...how, id: strategy.minid })
  return needed ? message('trim.keeping-needed', { trim }) : trim
}
