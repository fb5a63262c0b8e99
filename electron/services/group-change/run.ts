import type { Bytes } from '../../../shared/bytes'
import type { Count } from '../../../shared/count'
import type { EntryId } from '../../../shared/entry-id'
import { AppError, isAppError } from '../../../shared/error'
import type { GroupChange } from '../../../shared/model/group-change'
import { toBuffer } from '../../redis/bytes'
import type { GroupStood } from '../../redis/scripts/group-standing-lua'
import { destroyGroupIfEmpty } from '../../redis/scripts/destroy-group-if-empty'
import { removeConsumerIfEmpty } from '../../redis/scripts/remove-consumer-if-empty'
import { consumerInfos, findGroup, requireGroup } from '../../redis/xinfo'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { BATCH, observeRange } from '../inspection/observe-pending'
import type { RunContext } from '../jobs/run-context'
import { oneCommand } from '../jobs/one-command'
import { ANY_TIME } from '../jobs/note-outcome'
import { makePending } from './make-pending'
import { moveGroup } from './move-group'
import type { Where } from '../../redis/scripts/set-group-id-if'
import { ackRows, createAckCeiling } from '../recovery/acks/ack-ceiling'
import { watchMove } from './was-moved'
import { message } from '../../../shared/words/messages'

/** Where SETID goes, with `$` resolved when it was planned, and how many entries lie before it; null: the server is not told. */
export interface NewPosition {
  readonly position: EntryId
  readonly entriesRead: Count | null
  /**
   * Where the group has to stand: where the plan said that it goes back, so that what was read since then would be delivered
   * again, just where it stood. Else it never goes back, however far the group reads.
   */
  readonly where: Where
}

/** What the plan has shown. */
export interface Shown {
  readonly to: NewPosition
  /** Of a group to be destroyed: how many pending entries are gone from the stream; null: only the run will tell. */
  readonly gone: number | null
  /** Of a group to be destroyed: so many entries it acks at the most. */
  readonly acks: number
}

/** Carries out a change of a group. */
export async function* runGroupChange(
  context: RunContext,
  change: GroupChange,
  shown: Shown,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  switch (change.kind) {
    case 'remove consumer':
      yield await removeConsumer(context, change.consumer, signal)
      return
    case 'set id':
      yield await setId(context, shown.to, signal)
      return
    case 'destroy group':
      yield* destroyGroup(context, shown, signal)
      return
    case 'make pending':
      yield* makePending(context, change, signal)
  }
}

async function removeConsumer(context: RunContext, name: Bytes, signal: AbortSignal): Promise<JobStep> {
  const { reader, writer, key, group } = context
  const consumer = toBuffer(name)
  const send = async (): Promise<void> => {
    const removal = await removeConsumerIfEmpty(writer, key, group, consumer)
    if (removal.state === 'removed') return
    const problem = message('group-change.delivered-meanwhile', { pending: removal.pending })
    throw new AppError('BAD_INPUT', { field: 'change.consumer', problem, remedy: message('group-change.reassign') })
  }
  const isGone = async (): Promise<boolean> =>
    !(await consumerInfos(reader, key, group)).some((each) => each.name.equals(consumer))
  return oneCommand(context, send, isGone, signal)
}

async function setId(context: RunContext, to: NewPosition, signal: AbortSignal): Promise<JobStep> {
  const { position } = to
  // Later than the plan: by it, and where the group stands then, a lost reply is read back.
  const { lastDeliveredId: from } = await requireGroup(context)
  const isThere = await watchMove(context, { from, to: position })
  let stood: GroupStood | null = null
  const send = async (): Promise<void> => {
    const move = await moveGroup(context, to)
    if (move.state === 'left') throw readPast(move.stood.lastDeliveredId, to)
    stood = move.stood
  }
  const step = await oneCommand(context, send, isThere, signal)
  await noteStood(context, 0, stood)
  return step
}

function readPast(stands: EntryId, { position: to, where }: NewPosition): AppError {
  const isBack = where !== 'not-beyond'
  const problem = message(isBack ? 'group-change.read-since' : 'group-change.read-past', { stands, to })
  const remedy = message(isBack ? 'group-change.stop-or-include' : 'group-change.plan-again')
  return new AppError('BAD_INPUT', { field: 'change.to', problem, remedy })
}

/** Later than the record's beginning could tell: what an undo gives back. */
async function noteStood({ record }: RunContext, number: number, stood: GroupStood | null): Promise<void> {
  if (stood === null) return
  const { lastDeliveredId, entriesRead } = stood
  const line = { lastDeliveredId, entriesRead: entriesRead === null ? null : String(entriesRead) }
  await record.outcome(number, { until: ANY_TIME, counts: { ...noCounts, changed: 1 }, except: [], stood: line })
}

/** So often it acks what was delivered while it acked the rest, before it gives up. */
const MOST_ROUNDS = 100

/**
 * Acks what is pending in batches, each with its intent in the journal, and destroys the group once nothing is pending:
 * no entry is dropped that the journal doesn't know of, and no command keeps the server busy for long. STALE_PLAN before it
 * would ack more than was shown.
 */
async function* destroyGroup(
  context: RunContext,
  { gone, acks }: Pick<Shown, 'gone' | 'acks'>,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { reader, writer, key, group } = context
  const ceiling = await createAckCeiling(context, gone)
  let number = 0
  let acked = 0
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    for (;;) {
      const observation = await observeRange(reader, key, group, { from: '-', to: '+', count: BATCH })
      if (observation.rows.length === 0) break
      acked += observation.rows.length
      if (acked > acks) throw heldMeanwhile(acks)
      number = yield* ackRows(context, ceiling, { number, observation, rows: observation.rows }, signal)
      if (signal.aborted) return
    }
    let held = 0
    let stood: GroupStood | null = null
    const send = async (): Promise<void> => {
      const removal = await destroyGroupIfEmpty(writer, key, group)
      held = removal.state === 'holds' ? removal.pending : 0
      stood = removal.state === 'destroyed' ? removal.stood : null
    }
    const step = await oneCommand(context, send, () => isGone(context), signal)
    if (held === 0) {
      await noteStood(context, number, stood)
      yield step
      return
    }
  }
  const [problem, remedy] = [message('group-change.read-too-fast'), message('group-change.stop-consumers')]
  throw new AppError('BAD_INPUT', { field: 'group', problem, remedy })
}

/** It was given more than its plan allows for. */
export function heldMeanwhile(acks: number, planId = ''): AppError<'STALE_PLAN'> {
  return new AppError('STALE_PLAN', { planId, problem: message('group-change.more-held', { acks }) })
}

async function isGone(source: RunContext): Promise<boolean> {
  try {
    return (await findGroup(source)) === undefined
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return true
    throw error
  }
}
