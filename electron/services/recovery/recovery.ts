import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import { isForGood } from '../../../shared/for-good'
import type { ServerInfo } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import type { Planning, RecoveryAction, RecoveryPlan, UndoPlanning } from '../../../shared/model/plan'
import type { PlanScript } from '../../../shared/model/script'
import { abortable } from '../../redis/abortable'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { requireCapability } from '../connections/require-capability'
import { intention, type Grant } from '../jobs/write-grant'
import type { Journal } from '../journal/journal'
import { noCounts } from '../lib/job-counts'
import type { Jobs, JobStep } from '../jobs/jobs'
import type { ActionKind } from './action'
import { kindOf } from './actions/kinds'
import { ahead } from './read-ahead'
import { firstLines } from './command-lines'
import { giveBack, type GiveBack, type PastBatch } from './give-back'
import { readGivenBack } from './given-back'
import { planned, planning, type PlanRequest, type PreparedPlan } from './make-plan'
import { createPlanStore } from '../jobs/plan-store'
import { planUndo } from './plan-undo'
import type { ReadContext, RunContext } from '../jobs/run-context'
import { makeScript } from './script/make-script'
import { selectedBatches, type SelectedBatch } from './selected'
import { whatIsLeft } from './remaining-request'

interface ResumeOrder {
  readonly connectionId: string
  readonly recordId: string
  readonly ids?: readonly EntryId[] | undefined
}

export interface Recovery {
  /** Reads no further once the signal aborts, and throws its reason. */
  plan(request: PlanRequest, signal?: AbortSignal): Promise<RecoveryPlan>
  survey(request: PlanRequest, signal?: AbortSignal): AsyncGenerator<Planning, void>
  /** `ids`: of what the record's job was asked to do, these entries only. */
  resume(order: ResumeOrder, signal?: AbortSignal): AsyncGenerator<Planning, void>
  /** All commands of a plan, for redis-cli. Throws STALE_PLAN, UNSUPPORTED. */
  script(connectionId: string, planId: string, signal?: AbortSignal): AsyncGenerator<PlanScript, void>
  /** Throws STALE_PLAN, CONFLICT, and CONFIRMATION_NEEDED for what is for good; the plan can then be run once more. */
  run(grant: Grant, order: { planId: string; confirmation?: Bytes | undefined }): Promise<Job>
  planUndo(connectionId: string, recordId: string, signal?: AbortSignal): AsyncGenerator<UndoPlanning, void>
  undo(grant: Grant, recordId: string): Promise<Job>
}

export interface RecoveryOptions {
  readonly journal: Journal
  readonly jobs: Jobs
  readonly dataDir: string
  reader(connectionId: string): Reader
  server(connectionId: string): ServerInfo
  stalledAfterMs(): number
  whenReady(connectionId: string, signal: AbortSignal): Promise<boolean>
}

/** Plan → run → journal → undo of what moves or ends pending entries. */
export function createRecovery(options: RecoveryOptions): Recovery {
  const { journal, jobs, dataDir, reader, server, whenReady } = options
  const plans = createPlanStore<PreparedPlan>()

  const reading = (connectionId: string, { key, group }: Pick<PlanRequest, 'key' | 'group'>): ReadContext => ({
    reader: reader(connectionId),
    key: toBuffer(key),
    group: toBuffer(group),
  })
  /** Before a record is begun: what throws here leaves none behind that never ends. */
  const running = (
    connectionId: string,
    place: Pick<PlanRequest, 'key' | 'group'>,
  ): Omit<RunContext, 'writer' | 'record'> => ({
    ...reading(connectionId, place),
    server: server(connectionId),
    whenReady: (signal) => whenReady(connectionId, signal),
  })
  const startPlanning = (request: PlanRequest, thorough: boolean, signal?: AbortSignal) => {
    const about = server(request.connectionId)
    const kind: ActionKind<RecoveryAction> = kindOf(request.action)
    for (const name of kind.needs(request.action, about)) requireCapability(about, name)
    const selection = kind.selection?.(request.action, request.selection) ?? request.selection
    const facts = { server: about, stalledAfterMs: options.stalledAfterMs() }
    const context = reading(request.connectionId, request)
    const source = { ...context, reader: abortable(context.reader, signal) }
    return planning(source, { ...request, selection }, facts, thorough)
  }
  const keep = (prepared: PreparedPlan): RecoveryPlan => {
    plans.put(prepared.plan.id, prepared)
    return prepared.plan
  }
  const planFor = (connectionId: string, planId: string): PreparedPlan => {
    const prepared = plans.look(planId)
    if (prepared.plan.connectionId === connectionId) return prepared
    throw new AppError('STALE_PLAN', { planId }, 'This plan was made for another connection. Make it again.')
  }
  async function* survey(request: PlanRequest, signal?: AbortSignal): AsyncGenerator<Planning, void> {
    const walk = startPlanning(request, true)
    for (;;) {
      const step = await walk.next()
      if (signal?.aborted) return
      if (step.done) {
        yield { state: 'ready', plan: keep(step.value) }
        return
      }
      yield { state: 'reading', ...step.value }
    }
  }
  /** What a record changed and how it is given back. Throws BAD_INPUT where it can't be undone. */
  const undoable = async (connectionId: string, recordId: string) => {
    const { record, request } = await journal.get(recordId)
    const { key, group } = record
    if (record.connectionId !== connectionId) throw notUndoable('It was done on another connection.')
    if (!record.undo.possible) throw notUndoable(record.undo.note)
    if (record.state === 'running') throw notUndoable('It is still running. Cancel it first.')
    if (record.undo.undoneBy !== null) throw notUndoable('It has been undone already.')
    const how: GiveBack | null = request ? kindOf(request.action).giveBack(request.action) : null
    if (group === null || how === null) throw notUndoable('Redis keeps no way back.')
    return { record, place: { key, group }, how }
  }

  async function* pastBatches(recordId: string): AsyncGenerator<PastBatch, void> {
    const givenBack = await readGivenBack(journal, recordId)
    for await (const batch of journal.batches(recordId)) yield { ...batch, givenBack }
  }

  return {
    plan: async (request, signal) =>
      keep(await planned(startPlanning(request, request.selection.kind === 'matching', signal))),
    survey,
    async *resume({ connectionId, recordId, ids }, signal) {
      const { record, request } = await journal.get(recordId)
      const { key, group } = record
      if (record.connectionId !== connectionId || group === null || !request) {
        const remedy = 'Choose a record of this connection that stopped before its end.'
        throw new AppError('BAD_INPUT', { field: 'recordId', remedy }, 'This can’t be resumed here.')
      }
      yield* survey({ connectionId, key, group, ...whatIsLeft(request, ids) }, signal)
    },

    async *script(connectionId, planId, signal) {
      const prepared = planFor(connectionId, planId)
      const context = { ...reading(connectionId, prepared.plan), server: server(connectionId) }
      for await (const step of makeScript(context, prepared, { at: new Date() })) {
        if (signal?.aborted) return
        yield step
      }
    },

    async run(grant, { planId, confirmation }) {
      const { plan, selected, plannedAt, stream } = planFor(grant.connection.id, planId)
      const { connectionId, key, group, selection, action } = plan
      if (isForGood(plan)) grant.confirm(key, confirmation)
      const kind: ActionKind<RecoveryAction> = kindOf(action)
      const place = jobs.reserve(connectionId, key, group)
      try {
        plans.take(planId)
        const prepared = running(connectionId, plan)
        const commands = firstLines(plan.commands)
        const request = { selection, action: kind.journaled?.(action) ?? action }
        const makes = 'stream' in action && action.stream !== null ? [action.stream] : []
        const about = { group, commands, undo: plan.undo, request, stream: stream ?? undefined, makes }
        const begun = await grant.begin(intention(action.kind, key, kind.summary(action), about))
        const context = { ...prepared, ...begun, dataDir }
        const job = {
          kind: action.kind,
          ...{ connectionId, key, group, to: kind.recipient(action), total: plan.entries },
          undoable: plan.undo.possible,
        }
        return place.start(job, begun.record, (signal) =>
          accountFor(
            kind.run(context, action, plan, readFor(plan, selectedBatches(context, selected, plannedAt)), signal),
            plan.entries,
            signal,
          ),
        )
      } catch (error) {
        place.release()
        throw error
      }
    },

    async *planUndo(connectionId, recordId, signal) {
      const { record, place, how } = await undoable(connectionId, recordId)
      const total = record.counts.changed + record.counts.unknown
      const context = reading(connectionId, place)
      const walk = planUndo(context, how, record, pastBatches(recordId), record.undo.note)
      for (;;) {
        const step = await walk.next()
        if (signal?.aborted) return
        if (step.done) {
          yield { state: 'ready', plan: step.value }
          return
        }
        yield { state: 'reading', walked: step.value.walked, total: Math.max(total, step.value.walked) }
      }
    },

    async undo(grant, recordId) {
      const connectionId = grant.connection.id
      const { record: past, place: where, how } = await undoable(connectionId, recordId)
      const place = jobs.reserve(connectionId, where.key, where.group)
      try {
        const undo = { possible: false, note: 'It was an undo itself.' }
        const about = { group: where.group, undo, undoes: recordId }
        const prepared = running(connectionId, where)
        const begun = await grant.begin(intention('undo', where.key, `undo: ${past.summary}`, about))
        const context = { ...prepared, ...begun }
        const total = past.counts.changed + past.counts.unknown
        const job = { kind: 'undo' as const, connectionId, ...where, to: null, total, undoable: false }
        return place.start(job, begun.record, (signal) => giveBack(context, how, pastBatches(recordId), signal))
      } catch (error) {
        place.release()
        throw error
      }
    },
  }
}

/** What the plan saw and the run did not find any more was acked, or moved on, meanwhile. */
async function* accountFor(
  steps: AsyncGenerator<JobStep, void>,
  planned: number,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  let left = planned
  for await (const step of steps) {
    left -= step.done
    yield step
  }
  if (left > 0 && !signal.aborted) yield { done: left, counts: { ...noCounts, leftAlone: left } }
}

/** Where Redis itself leaves alone what moved since it was read, one batch may be read while another is on its way. */
function readFor({ guard }: RecoveryPlan, batches: AsyncIterable<SelectedBatch>): AsyncIterable<SelectedBatch> {
  return guard.atomic ? ahead(batches) : batches
}

function notUndoable(why: string): AppError {
  return new AppError('BAD_INPUT', { field: 'recordId', remedy: 'Choose a record that offers Undo.' }, why)
}
