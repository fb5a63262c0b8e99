import { AppError } from '../../../shared/error'
import type { ServerInfo } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import type { JournalRecord } from '../../../shared/model/journal'
import type { RecoveryPlan } from '../../../shared/model/plan'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/client'
import { requireCapability } from '../require-capability'
import { intention, type Grant } from '../grant'
import type { Journal } from '../journal/journal'
import type { Jobs } from '../jobs'
import { ackEntries } from './ack'
import { claimEntries } from './claim'
import { makePlan, summaryOf, type PlanRequest, type PreparedPlan } from './make-plan'
import { createPlanStore } from './plan-store'
import type { RunContext } from './run-context'
import { undoAck, undoClaim } from './undo'

const UNDO_NOTE = 'Gives back owner and delivery count; the idle time starts anew.'

export interface Recovery {
  plan(request: PlanRequest): Promise<RecoveryPlan>
  run(grant: Grant, planId: string): Promise<Job>
  undo(grant: Grant, recordId: string): Promise<Job>
}

export interface RecoveryOptions {
  readonly journal: Journal
  readonly jobs: Jobs
  reader(connectionId: string): Reader
  server(connectionId: string): ServerInfo
  stalledAfterMs(): number
  whenReady(connectionId: string, signal: AbortSignal): Promise<void>
}

/** Plan → run → journal → undo of what moves or ends pending entries. */
export function createRecovery(options: RecoveryOptions): Recovery {
  const { journal, jobs, reader, server, whenReady } = options
  const plans = createPlanStore<PreparedPlan>()

  const contextOf = (
    connectionId: string,
    plan: Pick<RunContext, 'writer' | 'record' | 'key' | 'group'>,
  ): RunContext => ({
    ...plan,
    reader: reader(connectionId),
    exclusiveRange: server(connectionId).capabilities.exclusiveRange.available,
    whenReady: (signal) => whenReady(connectionId, signal),
  })

  return {
    async plan(request) {
      requireCapability(server(request.connectionId), request.action.kind === 'ack' ? 'xack' : 'xclaim')
      const prepared = await makePlan(reader(request.connectionId), request, options.stalledAfterMs())
      plans.put(prepared.plan.id, prepared)
      return prepared.plan
    },

    async run(grant, planId) {
      const { plan, selected, plannedAt } = plans.take(planId)
      const { connectionId, action } = plan
      if (connectionId !== grant.connection.id) {
        throw new AppError('STALE_PLAN', { planId }, 'This plan was made on another connection. Make it again.')
      }
      const to = action.kind === 'claim' ? action.to : null
      const place = jobs.reserve(connectionId, plan.key, plan.group)
      try {
        const undo = { possible: true, note: UNDO_NOTE }
        const more = { group: plan.group, to, commands: plan.commands.slice(0, 1), undo }
        const { writer, record } = await grant.begin(intention(action.kind, plan.key, summaryOf(action), more))
        const names = { key: toBuffer(plan.key), group: toBuffer(plan.group) }
        const context = contextOf(connectionId, { writer, record, ...names })
        const job = {
          kind: action.kind,
          connectionId,
          key: plan.key,
          group: plan.group,
          to,
          total: plan.entries,
          undoable: true,
        }
        return place.start(job, record, (signal) =>
          action.kind === 'claim' && to !== null
            ? claimEntries(context, { selected, plannedAt, to: toBuffer(to), includeGone: action.includeGone }, signal)
            : ackEntries(context, { selected, plannedAt }, signal),
        )
      } catch (error) {
        place.release()
        throw error
      }
    },

    async undo(grant, recordId) {
      const { record: past, to } = await journal.get(recordId)
      const connectionId = grant.connection.id
      refuseUndo(past, connectionId)
      const { key, group } = past
      if (group === null) throw notUndoable('It names no group.')
      const place = jobs.reserve(connectionId, key, group)
      try {
        const more = { group, undo: { possible: false, note: 'It was an undo itself.' }, undoes: recordId }
        const { writer, record } = await grant.begin(intention('undo', key, `undo: ${past.summary}`, more))
        const context = contextOf(connectionId, { writer, record, key: toBuffer(key), group: toBuffer(group) })
        const total = past.counts.changed + past.counts.unknown
        const job = { kind: 'undo' as const, connectionId, key, group, to: null, total, undoable: false }
        return place.start(job, record, (signal) =>
          to === null
            ? undoAck(context, journal.batches(recordId), signal)
            : undoClaim(context, journal.batches(recordId), toBuffer(to), signal),
        )
      } catch (error) {
        place.release()
        throw error
      }
    },
  }
}

function refuseUndo(past: JournalRecord, connectionId: string): void {
  if (past.connectionId !== connectionId) throw notUndoable('It was done on another connection.')
  if (!past.undo.possible) throw notUndoable(past.undo.note)
  if (past.state === 'running') throw notUndoable('It is still running. Cancel it first.')
  if (past.undo.undoneBy !== null) throw notUndoable('It has been undone already.')
}

function notUndoable(why: string): AppError {
  return new AppError('BAD_INPUT', { field: 'recordId', remedy: 'Choose a record that offers Undo.' }, why)
}
