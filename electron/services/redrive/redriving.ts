import type { Bytes } from '../../../shared/bytes'
import type { Job } from '../../../shared/model/job'
import type { RedrivePlan, RedrivePlanning } from '../../../shared/model/redrive'
import { jobSource, type JobServices } from '../jobs/job-services'
import { createPlanStore } from '../jobs/plan-store'
import { recordDraft } from '../jobs/record-draft'
import { startPlanned } from '../jobs/start-job'
import { tellPlanning } from '../jobs/tell-planning'
import type { WriteGrant } from '../jobs/write-grant'
import { requireCapability } from '../connections/require-capability'
import { requireSameGroups } from '../inspection/group-positions'
import { noted, readStreamMark } from '../inspection/stream-mark'
import { requireSame } from '../inspection/stream-snapshot'
import { requireKnown } from '../jobs/require-known'
import { createLetterBackup } from './letter-backup'
import { planRedrive, type PreparedRedrive, type RedriveRequest } from './plan-redrive'
import { redrive } from './run'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

interface RedriveOrder {
  readonly key: Bytes
  readonly planId: string
  readonly perSecond: number | null
  /** What goes is saved before. */
  readonly backup: boolean
}

export interface RedrivingOptions extends JobServices {
  readonly dataDir: string
}

export interface Redriving {
  planAll(request: RedriveRequest, signal?: AbortSignal): AsyncGenerator<RedrivePlanning, void>
  /** Throws STALE_PLAN when the plan is another stream's, or the stream was made anew; CONFLICT. */
  run(grant: WriteGrant, order: RedriveOrder): Promise<Job>
}

/**
 * Gives dead letters back to the stream that they came from: adds a copy to its end, with a count of how often that was
 * done, and deletes the dead letter once the copy is confirmed. Before that it is saved, unless told not to.
 */
export function createRedriving(services: RedrivingOptions): Redriving {
  const { jobs, dataDir, server } = services
  const plans = createPlanStore<PreparedRedrive>(services.stamp, services.shelf)

  return {
    async *planAll(request, signal) {
      const { connectionId, key } = request
      const about = server(connectionId, key)
      for (const name of ['xadd', 'xdel'] as const) requireCapability(about, name)
      yield* tellPlanning(
        planRedrive(services.source(connectionId, key), request, about, services.mask(connectionId)),
        plans.keep,
        signal,
      )
    },

    run: (grant, { key, planId, perSecond, backup }) =>
      startPlanned(jobs, grant, { key, group: null }, { plans, planId }, async (prepared) => {
        const { plan, snapshot, positions, outline } = prepared
        const source = jobSource(services, grant.connection.id, key)
        await requireSame(source.reader, source.key, snapshot, planId)
        await requireSameGroups(source, positions, planId)
        const mark = noted(await readStreamMark(source.reader, source.key, { group: null, ids: [] }))
        const makes = plan.targets.map(({ name }) => name)
        const undo = backup ? { ...plan.undo, note: message('undo.redrive-saved') } : plan.undo
        return {
          draft: recordDraft('redrive', key, summaryOf(plan), { commands: [...outline], undo, makes }),
          job: { kind: 'redrive', to: null, total: plan.goes, undoable: false, perSecond },
          look: () => requireKnown(source, mark, planId),
          work(begun) {
            const context = { ...source, ...begun }
            const saved = backup ? createLetterBackup(context, dataDir) : null
            return (signal, throttle) => redrive({ ...context, backup: saved }, prepared, signal, throttle)
          },
        }
      }),
  }
}

function summaryOf({ goes, targets }: RedrivePlan): Message {
  const open = targets.filter(({ refusal }) => refusal === null)
  const [only, ...others] = open
  return only && others.length === 0
    ? message('redrive.to-one', { entries: goes, stream: only.name })
    : message('redrive.to-many', { entries: goes, streams: open.length })
}
