import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { ServerInfo } from '../../../shared/model/connection'
import type { GroupChange, GroupChangePlan } from '../../../shared/model/group-change'
import type { UndoPlanning } from '../../../shared/model/plan'
import type { Job } from '../../../shared/model/job'
import { displayBytes } from '../../../shared/bytes'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { consumerInfos } from '../../redis/xinfo'
import { intention, type Grant } from '../jobs/write-grant'
import type { Jobs } from '../jobs/jobs'
import type { Journal } from '../journal/journal'
import { createPlanStore } from '../jobs/plan-store'
import type { RunContext } from '../jobs/run-context'
import { requireCapability } from '../connections/require-capability'
import { planGroupChange, type GroupChangeRequest, type GroupPlace } from './make-plan'
import { runGroupChange } from './run'
import { undoGroupChange, type PastChange } from './undo'

export interface GroupChanges {
  plan(request: GroupChangeRequest): Promise<GroupChangePlan>
  /** Throws STALE_PLAN, and BAD_INPUT where the plan said that it can't be done. */
  run(grant: Grant, order: { key: Bytes; group: Bytes; planId: string }): Promise<Job>
  /** Throws BAD_INPUT where the record is no change of a group, or can't be undone. */
  planUndo(connectionId: string, recordId: string): AsyncGenerator<UndoPlanning, void>
  undo(grant: Grant, recordId: string): Promise<Job>
}

export interface GroupChangesOptions {
  readonly journal: Journal
  readonly jobs: Jobs
  reader(connectionId: string): Reader
  server(connectionId: string): ServerInfo
  whenReady(connectionId: string, signal: AbortSignal): Promise<boolean>
}

/** Changes of groups themselves, with a before/after first: remove a consumer, set the id, destroy. */
export function createGroupChanges(options: GroupChangesOptions): GroupChanges {
  const { journal, jobs, reader, server, whenReady } = options
  const plans = createPlanStore<GroupChangePlan>()
  const placeOf = (connectionId: string, key: Bytes, group: Bytes): GroupPlace => ({
    reader: reader(connectionId),
    key: toBuffer(key),
    group: toBuffer(group),
  })
  const contextOf = (
    connectionId: string,
    place: GroupPlace,
    begun: Pick<RunContext, 'writer' | 'record'>,
  ): RunContext => ({
    ...place,
    ...begun,
    server: server(connectionId),
    whenReady: (signal) => whenReady(connectionId, signal),
  })

  const undoable = async (connectionId: string, recordId: string) => {
    const { record, groupChange } = await journal.get(recordId)
    const { key, group } = record
    const why = whyNotUndone(record, connectionId)
    if (why !== null || !groupChange || group === null) throw notUndoable(why ?? 'It is no change of a group.')
    return { record, groupChange, key, group }
  }

  return {
    async plan(request) {
      requireAll(server(request.connectionId), request.change)
      const plan = await planGroupChange(placeOf(request.connectionId, request.key, request.group), request)
      plans.put(plan.id, plan)
      return plan
    },

    async run(grant, { key, group, planId }) {
      const connectionId = grant.connection.id
      const place = jobs.reserve(connectionId, key, group)
      try {
        const plan = plans.take(planId)
        const { change, before, after, blocked } = plan
        const where = placeOf(connectionId, key, group)
        if (plan.connectionId !== connectionId || !isSame(plan.key, key) || !isSame(plan.group, group)) {
          throw new AppError('STALE_PLAN', { planId }, 'This plan was made for another group. Make it again.')
        }
        if (blocked !== null) throw new AppError('BAD_INPUT', { field: 'change', remedy: blocked }, blocked)
        const consumers = (await consumerInfos(where.reader, where.key, where.group)).map(({ name }) =>
          fromBuffer(name),
        )
        const position = after?.lastDeliveredId ?? before.lastDeliveredId
        const { lastDeliveredId, entriesRead } = before
        const read = entriesRead === null ? null : String(entriesRead)
        const past = { change, position, before: { lastDeliveredId, entriesRead: read, consumers } }
        const about = { group, commands: plan.commands, undo: plan.undo, groupChange: past }
        const begun = await grant.begin(intention(change.kind, key, summaryOf(change), about))
        const total = change.kind === 'destroy group' ? before.pending + 1 : 1
        const job = { kind: change.kind, connectionId, key, group, to: null, total, undoable: true }
        const context = contextOf(connectionId, where, begun)
        return place.start(job, begun.record, (signal) =>
          runGroupChange(context, change, { position, entriesRead: after?.entriesRead ?? null }, signal),
        )
      } catch (error) {
        place.release()
        throw error
      }
    },

    async *planUndo(connectionId, recordId) {
      const { record, groupChange } = await undoable(connectionId, recordId)
      const { kind } = groupChange.change
      // Beside the group itself.
      const entries = kind === 'destroy group' ? Math.max(0, record.counts.changed - 1) : 0
      const plan = { recordId, entries, leftAlone: 0, gone: 0, consumers: [], note: record.undo.note }
      yield { state: 'ready', plan: { ...plan, instead: undoWords(groupChange) } }
    },

    async undo(grant, recordId) {
      const connectionId = grant.connection.id
      const { record, groupChange, key, group } = await undoable(connectionId, recordId)
      const place = jobs.reserve(connectionId, key, group)
      try {
        const undo = { possible: false, note: 'It was an undo itself.' }
        const about = { group, undo, undoes: recordId }
        const begun = await grant.begin(intention('undo', key, `undo: ${record.summary}`, about))
        const context = contextOf(connectionId, placeOf(connectionId, key, group), begun)
        const total = record.counts.changed + record.counts.unknown
        const { kind: undoes } = groupChange.change
        const job = { kind: 'undo' as const, connectionId, key, group, to: null, total, undoable: false, undoes }
        return place.start(job, begun.record, (signal) =>
          undoGroupChange(context, groupChange, journal.batches(recordId), signal),
        )
      } catch (error) {
        place.release()
        throw error
      }
    },
  }
}

function requireAll(about: ServerInfo, change: GroupChange): void {
  const { kind } = change
  requireCapability(about, 'xgroup')
  // Checked and removed in one step, so that nothing is dropped that was delivered in between.
  if (change.kind === 'set id' && change.countRead) requireCapability(about, 'entriesRead')
  if (kind !== 'set id') requireCapability(about, 'eval')
  if (kind === 'destroy group') requireCapability(about, 'xack')
}

function isSame(a: Bytes, b: Bytes): boolean {
  return toBuffer(a).equals(toBuffer(b))
}

function summaryOf(change: GroupChange): string {
  if (change.kind === 'remove consumer') return `remove consumer ${displayBytes(change.consumer)}`
  return change.kind === 'set id' ? `set id to ${change.to}` : 'destroy group'
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

function undoWords({ change, before }: PastChange): string {
  if (change.kind === 'remove consumer') return `Makes the consumer ${displayBytes(change.consumer)} again`
  return change.kind === 'set id' ? `Sets the id to ${before.lastDeliveredId}` : 'Makes the group again'
}

function notUndoable(why: string): AppError {
  return new AppError('BAD_INPUT', { field: 'recordId', remedy: 'Choose a record that offers Undo.' }, why)
}
