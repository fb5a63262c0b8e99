import { sameBytes, type Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import { changedBy } from '../../../shared/for-good'
import type { ServerInfo } from '../../../shared/model/connection'
import type { GroupChange, GroupChangePlan } from '../../../shared/model/group-change'
import type { UndoPlanning, UndoWhich } from '../../../shared/model/undo-plan'
import type { Job } from '../../../shared/model/job'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { Where } from '../../redis/scripts/set-group-id-if'
import type { GroupSource } from '../../redis/source'
import { consumerInfos, requireGroup } from '../../redis/xinfo'
import { jobSource, type JobServices } from '../jobs/job-services'
import { requireAllowed, requireHad } from '../jobs/needs'
import { requireKnown } from '../jobs/require-known'
import { recordDraft, undoDraft } from '../jobs/record-draft'
import { startJob, startPlanned } from '../jobs/start-job'
import { tellPlanning } from '../jobs/tell-planning'
import type { WriteGrant } from '../jobs/write-grant'
import { leftToUndo, notUndoable, requireUndoable } from '../journal/undoable'
import type { Journal } from '../journal/journal'
import { noting, type Emptied } from '../recovery/targets/emptied'
import { ackGivenBack } from '../recovery/undo/give-back'
import type { LookAgain } from '../jobs/now-and-then'
import { lookingAgain } from '../recovery/undo/looking-again'
import { madeHere, readMade, tellingRemains } from '../recovery/undo/made-consumers'
import { pastBatches } from '../recovery/undo/past-batches'
import { createPlanStore } from '../jobs/plan-store'
import { noted, readStreamMark, type StreamMark } from '../inspection/stream-mark'
import { requireCapability } from '../connections/require-capability'
import { markOfChange } from './mark-of-change'
import { planGroupChange, type GroupChangeRequest } from './plan-group-change'
import { heldMeanwhile, runGroupChange } from './run'
import { needsOfUndo, planGroupChangeUndo } from './plan-undo'
import { undoGroupChange, type PastChange } from './undo'
import { message } from '../../../shared/words/messages'
import type { Message } from '../../../shared/model/message'

interface GroupChangeOrder {
  readonly key: Bytes
  readonly group: Bytes
  readonly planId: string
  readonly confirmation?: Bytes | undefined
}

interface PreparedChange {
  readonly plan: GroupChangePlan
  /** Stream and group, as they stood when it was read. */
  readonly stream: StreamMark | undefined
}

export interface GroupChanges {
  plan(request: GroupChangeRequest): Promise<GroupChangePlan>
  /** Throws STALE_PLAN, CONFIRMATION_NEEDED, and BAD_INPUT where the plan said that it can't be done. */
  run(grant: WriteGrant, order: GroupChangeOrder): Promise<Job>
  /** Throws BAD_INPUT where the record is no change of a group, or can't be undone. */
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

export interface GroupChangesOptions extends JobServices {
  readonly journal: Journal
  readonly emptied: Emptied
}

/** Changes of groups themselves, with a before/after first: remove a consumer, set the id, destroy. */
export function createGroupChanges(services: GroupChangesOptions): GroupChanges {
  const { journal, jobs, server, emptied } = services
  const plans = createPlanStore<PreparedChange>(services.stamp, services.shelf)
  const sourceOf = (connectionId: string, key: Bytes, group: Bytes) => ({
    ...jobSource(services, connectionId, key),
    group: toBuffer(group),
  })

  const undoable = async (recordId: string) => {
    const { record, groupChange } = await journal.get(recordId)
    const { key, group } = record
    requireUndoable(record)
    if (!groupChange || group === null) throw notUndoable(message('undo.no-group-change'))
    return { record, groupChange, key, group }
  }

  /** Of a removal that asks for it: that nobody else may have made the consumer, or used it since. */
  const whyNotMade = async (source: GroupSource, { connectionId, key, group, change }: GroupChangeRequest) => {
    if (change.kind !== 'remove consumer' || change.ifMadeHere !== true) return null
    const { consumer } = change
    const { made, ...here } = madeHere(journal, { connectionId, key, group }, connectionId)
    const mine = made.filter((each) => sameBytes(each.consumer, consumer))
    const [standing] = await readMade(source, { ...here, made: mine })
    return standing?.used === 'no' ? null : message('group-change.not-made-here', { consumer })
  }

  return {
    async plan(request) {
      requireAll(server(request.connectionId, request.key), request.change)
      const source = sourceOf(request.connectionId, request.key, request.group)
      const about = { group: source.group, ids: [], consumers: true }
      const stream = noted(await readStreamMark(source.reader, source.key, about))
      const plan = await planGroupChange(source, request)
      return plans.keep({ plan: { ...plan, blocked: plan.blocked ?? (await whyNotMade(source, request)) }, stream })
    },

    run: (grant, { key, group, planId, confirmation }) =>
      startPlanned(jobs, grant, { key, group }, { plans, planId }, async ({ plan, stream: then }) => {
        const { change, after, blocked } = plan
        grant.confirm(changedBy(change, group).name, confirmation)
        const source = sourceOf(grant.connection.id, key, group)
        const problem = blocked ?? (await whyNotMade(source, plan))
        if (problem !== null) throw new AppError('BAD_INPUT', { field: 'change', problem, remedy: problem })
        await requireKnown(source, then, planId, change.kind === 'make pending' ? isOfAnotherGroup : undefined)
        const infos = await consumerInfos(source.reader, source.key, source.group)
        const consumers = infos.map(({ name }) => fromBuffer(name))
        // As it stands now: the plan may be minutes old, and the group has read on.
        const { lastDeliveredId, entriesRead, pending } = await requireGroup(source)
        const acks = plan.acks ?? pending
        if (change.kind === 'destroy group' && pending > acks) throw heldMeanwhile(acks, planId)
        const position = after?.lastDeliveredId ?? lastDeliveredId
        const read = entriesRead === null ? null : String(entriesRead)
        const groupChange = { change, position, before: { lastDeliveredId, entriesRead: read, consumers } }
        const ids = change.kind === 'make pending' ? change.ids : []
        const moved = { lastDeliveredId: position, entriesRead: after?.entriesRead ?? null }
        const stream = noted(await markOfChange(source, change, { moved, ids: [...ids, lastDeliveredId], consumers }))
        const about = { group, commands: plan.commands, undo: plan.undo, groupChange, stream }
        const to = { position, entriesRead: after?.entriesRead ?? null, where: whereOf(plan, position) }
        const total = change.kind === 'destroy group' ? pending + 1 : Math.max(1, ids.length)
        // Stopped in between, it leaves a group whose entries it has acked.
        const holders = infos.filter((each) => each.pending > 0).map(({ name }) => fromBuffer(name))
        const subject = { connectionId: grant.connection.id, key, group }
        emptied.note(subject, {
          from: change.kind === 'destroy group' ? holders : [],
          to: change.kind === 'make pending' ? [change.consumer] : [],
        })
        return {
          draft: recordDraft(change.kind, key, summaryOf(change), about),
          job: { kind: change.kind, to: null, total, undoable: true },
          // The others are one command.
          ...(change.kind === 'destroy group' ? { look: () => requireKnown(source, then, planId) } : {}),
          work: (begun) => (signal) =>
            runGroupChange({ ...source, ...begun }, change, { to, gone: plan.gone ?? null, acks }, signal),
        }
      }),

    async *planUndo(connectionId, recordId, signal, which) {
      const { record, groupChange, key, group } = await undoable(recordId)
      const source = sourceOf(connectionId, key, group)
      await requireAllowed(services, connectionId, needsOfUndo(groupChange, source))
      const total = leftToUndo(record)
      const walk = planGroupChangeUndo(source, {
        record,
        groupChange,
        batches: () => pastBatches(journal, recordId),
        which,
        here: madeHere(journal, record, connectionId),
      })
      for await (const step of tellPlanning(walk, (plan) => plan, signal)) {
        yield step.state === 'ready' ? step : { ...step, total: Math.max(total, step.walked) }
      }
    },

    async undo(grant, recordId, which, { look }) {
      const connectionId = grant.connection.id
      const { record, groupChange, key, group } = await undoable(recordId)
      requireHad(services, connectionId, needsOfUndo(groupChange, { key: toBuffer(key) }))
      return startJob(jobs, grant, { key, group }, () => {
        const source = sourceOf(connectionId, key, group)
        const subject = { connectionId, key, group }
        emptied.note(subject, { from: madeAgain(groupChange), to: [] })
        const how = lookingAgain(noting(ackGivenBack, emptied, subject), look)
        return Promise.resolve({
          draft: undoDraft(record),
          job: {
            ...{ kind: 'undo', to: null, total: leftToUndo(record), undoable: false },
            undoes: groupChange.change.kind,
          },
          work(begun) {
            const [here, past] = [madeHere(journal, record, connectionId), pastBatches(journal, recordId)]
            return (signal) =>
              tellingRemains(source, record, here, past, (batches) =>
                undoGroupChange({ ...source, ...begun }, groupChange, how, batches, signal, which),
              )
          },
        })
      })
    },
  }
}

/** Entries that were lost tell by themselves what a group has read, and not that it is another one at the same place. */
const isOfAnotherGroup = ({ code }: Message): boolean => code === message('identity.group-unproven').code

/** Whom an undo creates: Redis takes that for a sign of life. https://redis.io/docs/latest/commands/xgroup-createconsumer/ */
function madeAgain({ change, before }: PastChange): readonly Bytes[] {
  if (change.kind === 'remove consumer') return [change.consumer]
  return change.kind === 'destroy group' ? before.consumers : []
}

/** Where the group must stand for its id to be set. */
function whereOf({ change, before }: GroupChangePlan, position: EntryId): Where {
  if (compareIds(position, before.lastDeliveredId) >= 0) return 'not-beyond'
  return change.kind === 'set id' && change.readsOn ? 'anywhere' : { at: before.lastDeliveredId }
}

function requireAll(about: ServerInfo, change: GroupChange): void {
  const { kind } = change
  if (kind === 'make pending') return requireCapability(about, 'xclaim')
  requireCapability(about, 'xgroup')
  // Checked and removed in one step, so that nothing is dropped that was delivered in between.
  if (change.kind === 'set id' && change.countRead) requireCapability(about, 'entriesRead')
  if (kind !== 'set id') requireCapability(about, 'eval')
  if (kind === 'destroy group') requireCapability(about, 'xack')
}

function summaryOf(change: GroupChange): Message {
  const { kind } = change
  if (kind === 'remove consumer') return message('group-change.remove-consumer', { consumer: change.consumer })
  if (kind === 'make pending') {
    return message('group-change.make-pending', { entries: change.ids.length, consumer: change.consumer })
  }
  return kind === 'set id' ? message('group-change.set-id', { to: change.to }) : message('group-change.destroy')
}
