import type { Bytes } from '../../../shared/bytes'
import { compareIds } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { ServerInfo } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import type { TrimPlan } from '../../../shared/model/plan'
import { abortable } from '../../redis/abortable'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { groupInfos } from '../../redis/xinfo'
import { intention, type Grant } from '../jobs/write-grant'
import type { Jobs } from '../jobs/jobs'
import { createPlanStore } from '../jobs/plan-store'
import { requireCapability } from '../connections/require-capability'
import type { Source } from './find-cut'
import { byMode, makeTrimPlan, type PreparedTrim, type TrimRequest } from './make-trim-plan'
import { requireSame } from '../inspection/stream-snapshot'
import { trimEntries } from './trim-entries'
import type { TrimOrder } from './trim-order'

const RECONNECT_MS = 60_000

export interface Trimming {
  /** Reads no further once the signal aborts, and throws its reason. */
  plan(request: TrimRequest, signal?: AbortSignal): Promise<TrimPlan>
  /** Throws STALE_PLAN when the plan is another stream's, or what it showed is no longer so. */
  run(grant: Grant, order: { key: Bytes; planId: string; backup: boolean }): Promise<Job>
}

export interface TrimmingOptions {
  readonly jobs: Jobs
  readonly dataDir: string
  reader(connectionId: string): Reader
  server(connectionId: string): ServerInfo
  whenReady(connectionId: string, signal: AbortSignal): Promise<boolean>
}

/** Trimming with a preview of what goes and who still needs it, in bounded steps, after a backup. */
export function createTrimming({ jobs, dataDir, reader, server, whenReady }: TrimmingOptions): Trimming {
  const plans = createPlanStore<PreparedTrim>()
  const sourceOf = (connectionId: string, key: Bytes, signal?: AbortSignal): Source => ({
    reader: abortable(reader(connectionId), signal),
    key: toBuffer(key),
  })

  return {
    async plan(request, signal) {
      const { connectionId, key } = request
      const minId = server(connectionId).capabilities.trimMinId.available
      requireCapability(server(connectionId), byMode(request) === null ? 'xtrim' : 'xdelex')
      if (request.strategy.kind === 'minid') requireCapability(server(connectionId), 'trimMinId')
      if (!minId) requireCapability(server(connectionId), 'xdel')
      const prepared = await makeTrimPlan(sourceOf(connectionId, key, signal), request, minId)
      plans.put(prepared.plan.id, prepared)
      return prepared.plan
    },

    async run(grant, { key, planId, backup }) {
      const connectionId = grant.connection.id
      const place = jobs.reserve(connectionId, key, null)
      try {
        const prepared = plans.take(planId)
        const { plan, snapshot, firstKept } = prepared
        if (connectionId !== plan.connectionId || !toBuffer(plan.key).equals(toBuffer(key))) {
          throw new AppError('STALE_PLAN', { planId }, 'This plan was made for another stream. Make it again.')
        }
        const source = sourceOf(connectionId, key)
        await requireSame(source.reader, source.key, snapshot, planId)
        await requireSameGroups(source, prepared)
        const note = backup ? 'Redis keeps no way back; the backup has what went.' : 'Redis keeps no way back.'
        const more = { commands: plan.commands, undo: { possible: false, note } }
        const { writer, record } = await grant.begin(intention('trim', key, summaryOf(plan), more))
        const total = plan.removes.value
        const job = { kind: 'trim' as const, connectionId, key, group: null, to: null, total, undoable: false }
        const order: TrimOrder = {
          ...{ ...source, writer, record, plan, snapshot, firstKept },
          minId: server(connectionId).capabilities.trimMinId.available,
          backup: backup ? { dataDir, name: key } : null,
          whenReady: (signal) => whenReady(connectionId, AbortSignal.any([signal, AbortSignal.timeout(RECONNECT_MS)])),
        }
        return place.start(job, record, (signal) => (total === 0 ? nothing() : trimEntries(order, signal)))
      } catch (error) {
        place.release()
        throw error
      }
    },
  }
}

async function* nothing(): AsyncGenerator<never, void> {
  // The plan removes nothing, so nothing is sent.
}

/** A group that came since, or that was set back, would lose what nobody was shown. */
async function requireSameGroups({ reader, key }: Source, { plan, delivered }: PreparedTrim): Promise<void> {
  for (const { name, lastDeliveredId } of await groupInfos(reader, key)) {
    const was = delivered.get(name.toString('base64'))
    if (was !== undefined && compareIds(lastDeliveredId, was) >= 0) continue
    const words = 'A group was made, or set back, since this was worked out. Look at what it would lose now.'
    throw new AppError('STALE_PLAN', { planId: plan.id }, words)
  }
}

function summaryOf({ strategy, approximate, references }: TrimPlan): string {
  const about = approximate ? '~ ' : ''
  const mode = byMode({ references })
  const how = mode === null ? '' : ` (${mode})`
  return strategy.kind === 'maxlen'
    ? `trim to ${about}${strategy.maxlen} entries${how}`
    : `trim to ${about}ids from ${strategy.minid}${how}`
}
