import { sameBytes, type Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { EntriesChoice } from '../../../shared/model/export'
import type { Job } from '../../../shared/model/job'
import type { Message } from '../../../shared/model/message'
import type { Restored } from '../../../shared/model/restore'
import type { CopyPlan, CopyPlanning } from '../../../shared/model/stream-copy'
import { message } from '../../../shared/words/messages'
import { requireCapability } from '../connections/require-capability'
import { noted, readStreamMark } from '../inspection/stream-mark'
import { requireSame } from '../inspection/stream-snapshot'
import { jobSource } from '../jobs/job-services'
import { readDoubts, requireAccepted } from '../journal/doubts'
import { createPlanStore, whyNotHere } from '../jobs/plan-store'
import { recordDraft } from '../jobs/record-draft'
import { requireKnown } from '../jobs/require-known'
import { startPlanned } from '../jobs/start-job'
import { tellPlanning } from '../jobs/tell-planning'
import type { WriteGrant } from '../jobs/write-grant'
import type { CopyOptions, PreparedCopy } from './context'
import { readLeftUndone, requireNotGoneOn, requireStopped, type LeftUndone } from './left-undone'
import { planCopy, type CopyPlanning as Asked } from './plan-copy'
import { runCopy } from './run-copy'
import { targetLastId } from './target'

interface CopyOrder {
  readonly key: Bytes
  readonly planId: string
  /** Entries per second at most; null: as fast as both servers bear it. */
  readonly perSecond: number | null
  readonly confirmation?: Bytes | undefined
  readonly accepts?: readonly string[] | undefined
}

export interface Copying {
  plan(request: Asked, signal?: AbortSignal): AsyncGenerator<CopyPlanning, void>
  /** Throws STALE_PLAN, also where one of the streams is another by now; CONFIRMATION_NEEDED, CONFLICT. */
  run(grant: WriteGrant, order: CopyOrder): Promise<Job>
}

/** Entries of a stream, a range or a search of it, added to another one, also on another connection. */
export function createCopying(services: CopyOptions): Copying {
  const { jobs, journal, server, stamp } = services
  const plans = createPlanStore<PreparedCopy>(stamp, services.shelf)

  /** What is asked for, by the record that it goes on with. */
  const withRecord = async (asked: Asked): Promise<{ asked: Asked; left: LeftUndone | null }> => {
    const { resumes, connectionId, key } = asked
    if (resumes === undefined) return { asked, left: null }
    const { record, restore, ...subject } = await journal.get(resumes)
    const copied = requireStopped(record, restore)
    if (record.connectionId !== connectionId || !sameBytes(record.key, key)) throw otherTarget()
    await requireNotGoneOn(journal, record)
    const { from, choice, ids, provenance } = copied
    const target = services.source(connectionId, key)
    const source = services.source(from.connectionId, from.key)
    const profile = services.connection(connectionId)
    const ofTarget = await readDoubts(profile, target, { group: null, ...subject, goesOn: true })
    const undone = await readLeftUndone(journal, source, record, copied, await targetLastId(target))
    const left = { ...undone, doubts: [...ofTarget, ...undone.doubts] }
    return { asked: { ...asked, from, choice: restOf(choice, copied.through), ids, provenance }, left }
  }

  const isOneServer = ({ connectionId, key, from }: Asked): boolean => {
    if (connectionId === from.connectionId) return true
    const [there, here] = [stamp(from.connectionId, from.key), stamp(connectionId, key)]
    const [theirs, ours] = [services.connection(from.connectionId), services.connection(connectionId)]
    return here.runId !== null && here.runId === there.runId && theirs.db === ours.db
  }

  return {
    async *plan(request, signal) {
      const { connectionId, key } = request
      requireCapability(server(connectionId, key), 'xadd')
      const { asked, left } = await withRecord(request)
      const { from } = asked
      const then = stamp(from.connectionId, from.key)
      const source = services.source(from.connectionId, from.key)
      const target = jobSource(services, connectionId, key)
      const walk = planCopy(
        { source, target, isOneServer: isOneServer(asked), left, mask: services.mask(from.connectionId) },
        asked,
      )
      yield* tellPlanning(walk, (made) => plans.keep({ ...made, stamp: then }), signal)
    },

    run: (grant, { key, planId, perSecond, confirmation, accepts }) =>
      startPlanned(jobs, grant, { key, group: null }, { plans, planId }, async (prepared) => {
        const { plan, snapshot, through, begin } = prepared
        grant.confirm(key, confirmation)
        requireAccepted(plan.doubts, accepts)
        const { from, choice, ids, provenance, undo, commands, resumes, lastId } = plan
        if (plan.blocked !== null) throw new AppError('STALE_PLAN', { planId, problem: plan.blocked })
        const target = jobSource(services, grant.connection.id, key)
        const source = services.source(from.connectionId, from.key)
        const requireHere = (): void => {
          const problem = whyNotHere(prepared.stamp, stamp(from.connectionId, from.key))
          if (problem !== null) throw new AppError('STALE_PLAN', { planId, problem })
        }
        const requireSource = async (): Promise<void> => {
          requireHere()
          await requireSame(source.reader, source.key, snapshot, planId)
        }
        await requireSource()
        requireStill(plan, await targetLastId(target))
        if (resumes !== undefined) await requireNotGoneOn(journal, (await journal.get(resumes)).record)
        const stream = noted(await readStreamMark(target.reader, target.key, { group: null, ids: [] }))
        const restore: Restored = {
          // What goes on with it stops where this one does, whatever comes to be in the source.
          ...{ kind: 'copied', from, choice, ids, begin, through: lastId ?? through, provenance },
          ...(resumes !== undefined && { resumes }),
        }
        const about = { commands, undo, restore, stream }
        return {
          draft: recordDraft('copy', key, summaryOf(plan, services), about),
          job: { kind: 'copy', to: null, total: plan.entries, undoable: undo.possible, perSecond },
          async look() {
            await requireSource()
            await requireKnown(target, stream, planId)
          },
          work: (begun) => (signal, throttle) =>
            runCopy({ ...target, ...begun, source, requireHere }, prepared, signal, throttle),
        }
      }),
  }
}

/** "So many" was counted from where the first copy began: what is left of it ends at the last id that was chosen then. */
function restOf({ from, to, ids, query }: EntriesChoice, through: EntryId): EntriesChoice {
  const within = ids?.filter((id) => compareIds(id, through) <= 0)
  return { ...(from && { from }), ...(to && { to }), ...(query && { query }), ...(within && { ids: within }) }
}

/** Throws STALE_PLAN where the target is not as the plan had it. */
function requireStill(
  { id: planId, creates, ids, firstId }: CopyPlan,
  lastId: Awaited<ReturnType<typeof targetLastId>>,
) {
  if ((lastId === null) !== creates) {
    throw new AppError('STALE_PLAN', { planId, problem: message(creates ? 'plan.stream-there' : 'plan.stream-gone') })
  }
  if (ids === 'new' || lastId === null || firstId === null || compareIds(firstId, lastId) > 0) return
  throw new AppError('STALE_PLAN', { planId, problem: message('copy.ids-not-above', { first: firstId, last: lastId }) })
}

function otherTarget(): AppError<'BAD_INPUT'> {
  const [problem, remedy] = [message('copy.other-target'), message('copy.choose-stopped')]
  return new AppError('BAD_INPUT', { field: 'resumes', problem, remedy })
}

function summaryOf({ entries, from, ids, connectionId }: CopyPlan, { connection }: CopyOptions): Message {
  const isElsewhere = from.connectionId !== connectionId
  const where = isElsewhere ? connection(from.connectionId).name : null
  return message('copy.summary', { entries, stream: from.key, where, ids })
}
