import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import { nameToConfirm } from '../../../shared/for-good'
import { actionNeeds } from '../../../shared/judgement/action-needs'
import type { SavedConnection } from '../../../shared/model/connection'
import type { Job } from '../../../shared/model/job'
import type { Message } from '../../../shared/model/message'
import type { Planning, RecoveryPlan } from '../../../shared/model/plan'
import type { RecoveryAction } from '../../../shared/model/recovery-action'
import type { UndoPlanning, UndoWhich } from '../../../shared/model/undo-plan'
import type { PlanScript } from '../../../shared/model/script'
import { abortable } from '../../redis/abortable'
import { toBuffer } from '../../redis/bytes'
import { requireCapability } from '../connections/require-capability'
import { readDoubts } from '../journal/doubts'
import type { Journal } from '../journal/journal'
import type { ClaimOutcome } from '../../../shared/model/claim-outcome'
import type { ActionKind } from './action'
import type { Allowance } from '../inspection/within-budget'
import { createClaimsAfter, type ClaimLooks } from './claims/claims-after'
import { kindOf } from './actions/kinds'
import { madeHere, tellingRemains } from './undo/made-consumers'
import { noting, type Emptied } from './targets/emptied'
import { firstLines } from './actions/command-lines'
import type { LookAgain } from '../jobs/now-and-then'
import { lookingAgain } from './undo/looking-again'
import { giveBack } from './undo/give-back'
import type { GiveBack } from './undo/given-back-kind'
import { pastBatches } from './undo/past-batches'
import type { RecoveryRequest } from './plan/plan-of-counts'
import { doubtsOfKept, keepPlan, readIdentity, readKeptPlan, type KeptPlan } from './plan/kept-plan'
import { runToEnd, planRecovery, type FactsBefore, type PreparedRecovery } from './plan/plan-recovery'
import { jobSource, type JobServices } from '../jobs/job-services'
import { requireAllowed, requireHad } from '../jobs/needs'
import { createPlanStore } from '../jobs/plan-store'
import { undoDraft } from '../jobs/record-draft'
import { startJob } from '../jobs/start-job'
import { tellPlanning } from '../jobs/tell-planning'
import type { WriteGrant } from '../jobs/write-grant'
import { leftToUndo, notUndoable, requireUndoable } from '../journal/undoable'
import { planRecoveryUndo } from './undo/plan-undo'
import { createRunRecovery, type RunOrder } from './run-recovery'
import { makeScript } from './script/make-script'
import { remainingRequest } from './selection/remaining-request'
import { message } from '../../../shared/words/messages'

interface Keeping {
  readonly keep?: boolean | undefined
  readonly then?: string | undefined
}

interface ResumeOrder {
  readonly connectionId: string
  readonly recordId: string
  readonly ids?: readonly EntryId[] | undefined
}

/** A plan that is kept by whoever asked for it, as one of many, and on no shelf. */
export interface HeldRecovery {
  readonly plan: RecoveryPlan
  /** About how much memory it takes. */
  readonly bytes: number
  /** As `run` of the plan; what is for good was agreed to for all of them. */
  run(grant: WriteGrant): Promise<Job>
}

export interface Recovery {
  /** Plans what is one of many: see `HeldRecovery`. `waiting`: who waits in XREADGROUP, which one reading tells for all of them. */
  hold(request: RecoveryRequest, waiting: FactsBefore['waitingClients'], signal?: AbortSignal): Promise<HeldRecovery>
  /** Reads no further once the signal aborts, and throws its reason. */
  plan(request: RecoveryRequest, signal?: AbortSignal): Promise<RecoveryPlan>
  /** `keep` and `then`: see the contract. */
  planAll(request: RecoveryRequest & Keeping, signal?: AbortSignal): AsyncGenerator<Planning, void>
  /**
   * `ids`: of what the record's job was asked to do, these entries only. Throws BAD_INPUT where what is there now is not
   * what the record was about; what is not certain, the plan says.
   */
  resume(order: ResumeOrder, signal?: AbortSignal): AsyncGenerator<Planning, void>
  /**
   * All commands of a plan, for redis-cli. `beforeBodies`: before the fields of entries are told, which stand in it as they are. Throws
   * STALE_PLAN, UNSUPPORTED.
   */
  script(
    connectionId: string,
    planId: string,
    beforeBodies: (key: Bytes) => Promise<void>,
    signal?: AbortSignal,
  ): AsyncGenerator<PlanScript, void>
  /**
   * Throws STALE_PLAN, CONFLICT, CONFIRMATION_NEEDED for what is for good, and BAD_INPUT where a doubt of the plan is not
   * accepted; it can then be run once more.
   */
  run(grant: WriteGrant, order: RunOrder): Promise<Job>
  /** Which consumers entries were moved away from, from here. */
  markEmptied: Emptied['mark']
  /** Throws BAD_INPUT for a record that claimed nothing. */
  outcome(connectionId: string, recordId: string): Promise<ClaimOutcome>
  planUndo(
    connectionId: string,
    recordId: string,
    signal?: AbortSignal,
    which?: UndoWhich,
  ): AsyncGenerator<UndoPlanning, void>
  undo(
    grant: WriteGrant,
    recordId: string,
    which: UndoWhich | undefined,
    judges: { readonly look: LookAgain },
  ): Promise<Job>
}

export interface RecoveryOptions extends JobServices, ClaimLooks {
  readonly journal: Journal
  readonly dataDir: string
  readonly emptied: Emptied
  stalledAfterMs(): number
  connection(connectionId: string): SavedConnection
  /** For what is looked at here though nobody asked. */
  budget(connectionId: string): Allowance
}

/** Plan → run → journal → undo of what moves or ends pending entries. */
export function createRecovery(services: RecoveryOptions): Recovery {
  const { journal, jobs, dataDir, server, stalledAfterMs, connection, emptied } = services
  const plans = createPlanStore<PreparedRecovery>(services.stamp, services.shelf)

  const sourceOf = (connectionId: string, { key, group }: Pick<RecoveryRequest, 'key' | 'group'>) => ({
    ...jobSource(services, connectionId, key),
    group: toBuffer(group),
  })
  const startPlanning = (
    request: RecoveryRequest,
    thorough: boolean,
    signal?: AbortSignal,
    waitingClients?: FactsBefore['waitingClients'],
    then?: KeptPlan,
  ) => {
    const about = server(request.connectionId, request.key)
    const kind: ActionKind<RecoveryAction> = kindOf(request.action)
    for (const name of actionNeeds(request.action, about)) requireCapability(about, name)
    const selection = kind.selection?.(request.action, request.selection) ?? request.selection
    const { reader, key, group } = sourceOf(request.connectionId, request)
    const source = { reader: abortable(reader, signal), key, group }
    const facts = {
      ...{ server: about, stalledAfterMs: stalledAfterMs(), waitingClients },
      emptied: (...seen: Parameters<FactsBefore['emptied']>) => emptied.of(request, ...seen),
    }
    const touches = journal.touched(request.connectionId, request.key, request.group)
    return planRecovery(source, { ...request, selection }, facts, { thorough, touches, then })
  }
  async function* planAll(
    { keep, then, ...request }: RecoveryRequest & Keeping,
    signal?: AbortSignal,
    resumed?: { readonly resumes: string; readonly doubts: Message[] },
  ): AsyncGenerator<Planning, void> {
    const { connectionId } = request
    const [profile, source] = [connection(connectionId), jobSource(services, connectionId, request.key)]
    const before = then === undefined ? undefined : readKeptPlan(then)
    const doubts = resumed?.doubts ?? (before ? await doubtsOfKept(profile, source, request.group, before) : [])
    // Before anything is read: a server that took its place meanwhile is another one than this.
    const server = keep === true ? await readIdentity(profile, source) : null
    let kept: string | undefined
    const put = (made: PreparedRecovery) => {
      if (server !== null) kept = keepPlan(server, made)
      const plan = doubts.length === 0 ? made.plan : { ...made.plan, doubts }
      return plans.keep({ ...made, ...(resumed && { resumes: resumed.resumes }), plan })
    }
    for await (const step of tellPlanning(startPlanning(request, true, signal, undefined, before), put, signal)) {
      yield step.state === 'ready' && kept !== undefined ? { ...step, plan: { ...step.plan, kept } } : step
    }
  }

  /** Why it is not certain that what is there now is what a record's job worked on. Throws BAD_INPUT where it is something else. */
  const doubtsOf = async (connectionId: string, recordId: string): Promise<Message[]> => {
    const { record, ...subject } = await journal.get(recordId)
    const { key, group } = record
    return readDoubts(connection(connectionId), jobSource(services, connectionId, key), { ...subject, group })
  }

  const doubtsOfPrepared = async ({ plan, resumes, then }: PreparedRecovery): Promise<Message[]> => {
    const { connectionId, key, group } = plan
    if (resumes !== undefined) return doubtsOf(connectionId, resumes)
    if (then === undefined) return []
    return doubtsOfKept(connection(connectionId), jobSource(services, connectionId, key), group, then)
  }

  /** What a record changed and how it is given back. Throws BAD_INPUT where it can't be undone. */
  const undoable = async (recordId: string) => {
    const { record, request } = await journal.get(recordId)
    const { key, group } = record
    requireUndoable(record)
    const how: GiveBack | null = request
      ? kindOf(request.action).giveBack(request.action, { id: recordId, dataDir })
      : null
    if (group === null || how === null) throw notUndoable(message('undo.no-way'))
    return { record, subject: { key, group }, how }
  }

  const claims = createClaimsAfter({ ...services, sourceOf })

  const run = createRunRecovery({ ...services, sourceOf, doubtsOf: doubtsOfPrepared, follow: claims.follow })

  return {
    async hold(request, waiting, signal) {
      const prepared = await runToEnd(startPlanning(request, true, signal, waiting))
      // What is kept of a thousand plans is what their runs need.
      const plan = { ...prepared.plan, commands: firstLines(prepared.plan.commands) }
      let bytes = 0
      const held = createPlanStore<PreparedRecovery>(services.stamp, {
        put(kept) {
          bytes = kept.bytes
          return { isTooOld: () => false, remove: () => undefined }
        },
      })
      held.keep({ ...prepared, plan })
      const confirmation = nameToConfirm(plan) ?? undefined
      return { plan, bytes, run: (grant) => run(grant, held, { planId: plan.id, confirmation }) }
    },

    plan: async (request, signal) =>
      plans.keep(await runToEnd(startPlanning(request, request.selection.kind === 'matching', signal))),

    planAll: (request, signal) => planAll(request, signal),

    async *resume({ connectionId, recordId, ids }, signal) {
      const { record, request } = await journal.get(recordId)
      const { key, group } = record
      if (group === null || !request) {
        const [problem, remedy] = [message('recovery.not-resumable'), message('recovery.choose-stopped')]
        throw new AppError('BAD_INPUT', { field: 'recordId', problem, remedy })
      }
      const resumed = { resumes: recordId, doubts: await doubtsOf(connectionId, recordId) }
      yield* planAll({ connectionId, key, group, ...remainingRequest(request, ids) }, signal, resumed)
    },

    async *script(connectionId, planId, beforeBodies, signal) {
      const prepared = plans.look(planId, { connectionId })
      const { key, action } = prepared.plan
      const kind: ActionKind<RecoveryAction> = kindOf(action)
      if (kind.copiesTo(action) !== null || kind.hashes !== undefined) await beforeBodies(key)
      const context = sourceOf(connectionId, prepared.plan)
      for await (const step of makeScript(context, prepared, { at: new Date() })) {
        if (signal?.aborted) return
        yield step
      }
    },

    markEmptied: emptied.mark,

    run: (grant, order) => run(grant, plans, order),

    outcome: claims.outcome,

    async *planUndo(connectionId, recordId, signal, which) {
      const { record, subject, how } = await undoable(recordId)
      await requireAllowed(services, connectionId, how.needs({ key: toBuffer(subject.key) }))
      const total = leftToUndo(record)
      const walk = planRecoveryUndo(sourceOf(connectionId, subject), how, {
        record,
        batches: pastBatches(journal, recordId),
        which,
        here: madeHere(journal, record, connectionId),
      })
      for await (const step of tellPlanning(walk, (plan) => plan, signal)) {
        yield step.state === 'ready' ? step : { ...step, total: Math.max(total, step.walked) }
      }
    },

    async undo(grant, recordId, which, { look }) {
      const connectionId = grant.connection.id
      const { record, subject, how } = await undoable(recordId)
      requireHad(services, connectionId, how.needs({ key: toBuffer(subject.key) }))
      return startJob(jobs, grant, subject, () => {
        const source = sourceOf(connectionId, subject)
        return Promise.resolve({
          draft: undoDraft(record),
          job: { kind: 'undo', to: null, total: leftToUndo(record), undoable: false },
          work(begun) {
            const noted = lookingAgain(noting(how, emptied, { connectionId, ...subject }), look)
            const [here, past] = [madeHere(journal, record, connectionId), pastBatches(journal, recordId)]
            return (signal) =>
              tellingRemains(source, record, here, past, (batches) =>
                giveBack({ ...source, ...begun }, noted, batches, signal, which),
              )
          },
        })
      })
    },
  }
}
