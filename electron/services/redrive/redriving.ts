import { cliArgument, type Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { ServerInfo } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import type { RedrivePlan, RedrivePlanning } from '../../../shared/model/redrive'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { intention, type Grant } from '../jobs/write-grant'
import type { Jobs } from '../jobs/jobs'
import { createPlanStore } from '../jobs/plan-store'
import type { RunContext } from '../jobs/run-context'
import { requireCapability } from '../connections/require-capability'
import type { Source } from '../trim/find-cut'
import { requireSame } from '../inspection/stream-snapshot'
import { planRedrive, type PreparedRedrive, type RedriveRequest } from './make-plan'
import { redrive } from './run'

export interface Redriving {
  survey(request: RedriveRequest, signal?: AbortSignal): AsyncGenerator<RedrivePlanning, void>
  /** Throws STALE_PLAN when the plan is another stream's, or the stream was made anew; CONFLICT. */
  run(grant: Grant, order: { key: Bytes; planId: string; perSecond: number | null }): Promise<Job>
}

export interface RedrivingOptions {
  readonly jobs: Jobs
  reader(connectionId: string): Reader
  server(connectionId: string): ServerInfo
  whenReady(connectionId: string, signal: AbortSignal): ReturnType<RunContext['whenReady']>
}

/**
 * Gives dead letters back to the stream that they came from: adds a copy to its end, with a count of how often that was
 * done, and deletes the dead letter once the copy is confirmed.
 */
export function createRedriving({ jobs, reader, server, whenReady }: RedrivingOptions): Redriving {
  const plans = createPlanStore<PreparedRedrive>()
  const sourceOf = (connectionId: string, key: Bytes): Source => ({
    reader: reader(connectionId),
    key: toBuffer(key),
  })

  return {
    async *survey(request, signal) {
      const about = server(request.connectionId)
      for (const name of ['xadd', 'xdel'] as const) requireCapability(about, name)
      const walk = planRedrive(sourceOf(request.connectionId, request.key), request, about)
      for (;;) {
        const step = await walk.next()
        if (signal?.aborted) return
        if (step.done) {
          plans.put(step.value.plan.id, step.value)
          yield { state: 'ready', plan: step.value.plan }
          return
        }
        yield { state: 'reading', ...step.value }
      }
    },

    async run(grant, { key, planId, perSecond }) {
      const connectionId = grant.connection.id
      const place = jobs.reserve(connectionId, key, null)
      try {
        const prepared = plans.take(planId)
        const { plan, snapshot, outline } = prepared
        if (connectionId !== plan.connectionId || !toBuffer(plan.key).equals(toBuffer(key))) {
          throw new AppError('STALE_PLAN', { planId }, 'This plan was made for another stream. Make it again.')
        }
        const source = sourceOf(connectionId, key)
        await requireSame(source.reader, source.key, snapshot, planId)
        const makes = plan.targets.map(({ name }) => name)
        const more = { commands: [...outline], undo: plan.undo, makes }
        const begun = await grant.begin(intention('redrive', key, summaryOf(plan), more))
        const context = {
          ...{ ...source, ...begun, server: server(connectionId) },
          whenReady: (signal: AbortSignal) => whenReady(connectionId, signal),
        }
        const total = plan.goes
        const job = { kind: 'redrive' as const, connectionId, key, group: null, to: null, total, undoable: false }
        return place.start({ ...job, perSecond }, begun.record, (signal, pace) =>
          redrive(context, prepared, signal, pace),
        )
      } catch (error) {
        place.release()
        throw error
      }
    },
  }
}

function summaryOf({ goes, targets }: RedrivePlan): string {
  const open = targets.filter(({ refusal }) => refusal === null)
  const [only, ...others] = open
  const where = only && others.length === 0 ? cliArgument(only.name) : `${open.length} streams`
  return `redrive ${goes} ${goes === 1 ? 'entry' : 'entries'} to ${where}`
}
