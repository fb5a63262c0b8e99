import { randomUUID } from 'node:crypto'
import type { Bytes } from '../../../shared/bytes'
import { AppError } from '../../../shared/error'
import type { Job } from '../../../shared/model/job'
import type { JournalRecord } from '../../../shared/model/journal'
import type { Message } from '../../../shared/model/message'
import type { SweepAccepts, SweepPlanning, SweepRequest, SweepUndoPlanning } from '../../../shared/model/sweep'
import type { SweepTag } from '../../../shared/model/sweep-tag'
import { message } from '../../../shared/words/messages'
import type { Jobs } from '../jobs/jobs'
import type { JobPart, Within } from '../jobs/job-parts'
import { createPlanShelf } from '../jobs/plan-shelf'
import { tellPlanning } from '../jobs/tell-planning'
import type { WriteGrant } from '../jobs/write-grant'
import type { Journal } from '../journal/journal'
import { leftToUndo, notUndoable } from '../journal/undoable'
import { createMatchingStreams, type MatchingOptions } from '../rules/matching-streams'
import {
  MOST_STREAMS,
  planSweep,
  SWEEP_LIMITS,
  type PreparedSweep,
  type SweepLimits,
  type SweepSources,
} from './plan-sweep'
import { planSweepUndo, toUndo, type UndoesOne } from './undo-sweep'

interface RunOrder {
  readonly planId: string
  readonly confirmation?: Bytes | undefined
}

interface UndoOrder {
  readonly sweepId: string
  readonly accepts?: SweepAccepts | undefined
}

/** One recovery over many groups: a plan for each, run one after the other as one job, each with its own record in the journal. */
export interface Sweeps {
  plan(request: SweepRequest, signal?: AbortSignal): AsyncGenerator<SweepPlanning, void>
  /** Throws STALE_PLAN, BAD_INPUT where there is nothing to do, CONFIRMATION_NEEDED for what is for good. */
  run(grant: WriteGrant, order: RunOrder): Job
  /** Throws NOT_FOUND, and BAD_INPUT while it runs. */
  planUndo(connectionId: string, sweepId: string, signal?: AbortSignal): AsyncGenerator<SweepUndoPlanning, void>
  /** Takes back each record as if it were alone, the last one first. Throws NOT_FOUND, and BAD_INPUT where there is nothing to take back. */
  undo(grant: WriteGrant, order: UndoOrder): Promise<Job>
}

export interface SweepsOptions extends Omit<SweepSources, 'matching' | 'touched'>, Pick<MatchingOptions, 'topology'> {
  readonly jobs: Jobs
  readonly journal: Journal
  readonly undoing: UndoesOne
  readonly anyServer: MatchingOptions['server']
  readonly limits?: SweepLimits | undefined
}

export function createSweeps(options: SweepsOptions): Sweeps {
  const { jobs, journal, undoing, topology, anyServer, limits = SWEEP_LIMITS } = options
  // One of them may be larger than all others together: it takes no room of theirs.
  const shelf = createPlanShelf({ mostBytes: limits.bytes })
  const matching = createMatchingStreams({
    ...{ topology, server: anyServer, now: Date.now, mostStreams: MOST_STREAMS },
    remembers: false,
  })
  const sources = { ...options, matching, touched: journal.touched }
  const plans = new Map<string, { readonly sweep: PreparedSweep; isTooOld(): boolean; remove(): void }>()

  const keep = (sweep: PreparedSweep) => {
    const { id } = sweep.plan
    const kept = shelf.put({ bytes: sweep.bytes, free: () => plans.delete(id) })
    plans.set(id, { sweep, ...kept })
    return sweep.plan
  }
  const look = (planId: string, connectionId: string): PreparedSweep => {
    const found = plans.get(planId)
    if (found === undefined || found.isTooOld()) {
      throw new AppError('STALE_PLAN', { planId, problem: message('plan.too-old') })
    }
    if (found.sweep.plan.connectionId === connectionId) return found.sweep
    throw new AppError('STALE_PLAN', { planId, problem: message('plan.other-connection') })
  }
  /** The oldest first. */
  const recordsOf = async (sweepId: string): Promise<readonly JournalRecord[]> => {
    const records = await journal.ofSweep(sweepId)
    if (records.length === 0) throw new AppError('NOT_FOUND', { what: 'journal record', name: sweepId })
    const runs = jobs.list().some(({ sweep, state }) => sweep?.id === sweepId && state === 'running')
    if (runs || records.some(({ state }) => state === 'running')) throw notUndoable(message('undo.still-running'))
    return records
  }

  return {
    async *plan(request, signal) {
      yield* tellPlanning(planSweep(sources, request, limits, signal), keep, signal)
    },

    run(grant, { planId, confirmation }) {
      const { id: connectionId } = grant.connection
      const { plan, parts } = look(planId, connectionId)
      const { stream, group, action, confirm } = plan
      if (confirm !== null) grant.confirm(confirm, confirmation)
      const [first] = parts
      if (first === undefined) throw nothingToDo()
      plans.get(planId)?.remove()
      plans.delete(planId)
      const tag: SweepTag = { id: randomUUID(), stream, group, groups: parts.length }
      const of = (within: Within): WriteGrant => ({ ...grant, part: { tag, within } })
      return jobs.startSweep({
        kind: first.plan.action.kind,
        connectionId,
        to: action.kind === 'claim' ? action.to : null,
        sweep: tag,
        parts: parts.map(({ plan: { key, group, entries }, run }): JobPart => {
          return { key, group, entries, start: (within) => run(of(within)) }
        }),
      })
    },

    async *planUndo(connectionId, sweepId, signal) {
      const records = await recordsOf(sweepId)
      const walk = planSweepUndo(undoing, connectionId, sweepId, records, signal)
      yield* tellPlanning(walk, (plan) => plan, signal)
    },

    async undo(grant, { sweepId, accepts }) {
      const all = await recordsOf(sweepId)
      const records = toUndo(all)
      const tagOf = records[0]?.sweep
      if (tagOf === undefined) throw notUndoable(whyNothing(all))
      const tag: SweepTag = { ...tagOf, id: randomUUID(), groups: records.length, undoes: sweepId }
      const accepted = new Map((accepts ?? []).map(({ recordId, codes }) => [recordId, codes]))
      const parts = records.flatMap((record): JobPart[] => {
        const { id: recordId, key, group } = record
        if (group === null) return []
        const start = (within: Within): Promise<Job> =>
          undoing.undo({ ...grant, part: { tag, within } }, { recordId, accepts: accepted.get(recordId) })
        return [{ key, group, entries: leftToUndo(record), start }]
      })
      return jobs.startSweep({ kind: 'undo', connectionId: grant.connection.id, to: null, sweep: tag, parts })
    },
  }
}

/** Why an undo would find nothing: what was done is for good, or is undone. */
function whyNothing(records: readonly JournalRecord[]): Message {
  return records.find(({ undo }) => !undo.possible)?.undo.note ?? message('undo.undone-already')
}

function nothingToDo(): AppError {
  const [problem, remedy] = [message('sweep.nothing'), message('sweep.nothing-remedy')]
  return new AppError('BAD_INPUT', { field: 'planId', problem, remedy })
}
