import { parseCount, type Count } from '../../../shared/count'
import { AppError } from '../../../shared/error'
import type { GroupChange } from '../../../shared/model/group-change'
import type { UndoWhich } from '../../../shared/model/undo-plan'
import { toBuffer } from '../../redis/bytes'
import { createConsumer, createGroup } from '../../redis/xgroup'
import { consumerInfos, findGroup } from '../../redis/xinfo'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import type { GroupBefore } from '../journal/lines'
import { giveBack } from '../recovery/undo/give-back'
import type { GiveBack, PastBatch } from '../recovery/undo/given-back-kind'
import type { RunContext } from '../jobs/run-context'
import { madePendingTakenBack } from './make-pending'
import { moveGroup } from './move-group'
import { sendOnce } from '../jobs/lost-reply'
import { oneCommand } from '../jobs/one-command'
import { watchMove } from './was-moved'
import { message } from '../../../shared/words/messages'

/** A change of a group that the journal has: what was done, and how the group stood before. */
export interface PastChange {
  readonly change: GroupChange
  readonly before: GroupBefore
  /** Where SETID went. */
  readonly position: string
}

/** Takes a change back; `how`: what a group had pending. Throws BAD_INPUT where the group has changed since in a way that this would undo as well. */
export async function* undoGroupChange(
  context: RunContext,
  { change, before, position }: PastChange,
  how: GiveBack,
  batches: AsyncIterable<PastBatch>,
  signal: AbortSignal,
  which?: UndoWhich,
): AsyncGenerator<JobStep, void> {
  const { writer, key, group } = context
  switch (change.kind) {
    case 'remove consumer': {
      const consumer = toBuffer(change.consumer)
      const isThere = async (): Promise<boolean> =>
        (await consumerInfos(context.reader, key, group)).some(({ name }) => name.equals(consumer))
      // Once a reply is lost nothing would tell a consumer that was there from one that was made.
      let isNew = !(await isThere())
      const send = async (): Promise<void> => {
        if (isNew) isNew = await createConsumer(writer, key, group, consumer)
      }
      const step = await oneCommand(context, send, isThere, signal)
      yield isNew ? step : { ...step, counts: { ...noCounts, leftAlone: 1 } }
      return
    }
    case 'set id': {
      const send = async (): Promise<void> => {
        const entriesRead = countOf(before) ?? null
        const move = { position: before.lastDeliveredId, entriesRead, where: { at: position } }
        if ((await moveGroup(context, move)).state === 'left') throw readOn()
      }
      const isBack = await watchMove(context, { from: position, to: before.lastDeliveredId })
      yield await oneCommand(context, send, isBack, signal)
      return
    }
    case 'destroy group':
      yield* makeAgain(context, before, how, batches, signal, which)
      return
    case 'make pending':
      yield* giveBack(context, madePendingTakenBack, batches, signal, which)
  }
}

function countOf({ entriesRead }: GroupBefore): Count | undefined {
  return entriesRead === null ? undefined : parseCount(entriesRead)
}

export function readOn(): AppError {
  const [problem, remedy] = [message('group-change.read-on'), message('group-change.set-by-hand')]
  return new AppError('BAD_INPUT', { field: 'recordId', problem, remedy })
}

/** A destroyed group where it stood, its consumers, and what it had pending. One that is there again is only filled. */
async function* makeAgain(
  context: RunContext,
  before: GroupBefore,
  how: GiveBack,
  batches: AsyncIterable<PastBatch>,
  signal: AbortSignal,
  which?: UndoWhich,
): AsyncGenerator<JobStep, void> {
  const { writer, key, group } = context
  if ((await findGroup(context)) === undefined) {
    const entriesRead = countOf(before)
    const counted = entriesRead === undefined ? {} : { entriesRead }
    const send = () => createGroup(writer, key, group, before.lastDeliveredId, { mkstream: false, ...counted })
    yield await oneCommand(context, send, async () => (await findGroup(context)) !== undefined, signal)
  }
  for (const name of before.consumers) {
    if (signal.aborted) return
    await makeConsumer(context, toBuffer(name), signal)
  }
  yield* giveBack(context, how, batches, signal, which)
}

/** In no count: the group is what is given back. A lost reply ends the job; another undo makes what is not there by then. */
function makeConsumer(context: RunContext, name: Buffer, signal: AbortSignal): Promise<boolean> {
  const { writer, key, group } = context
  const none = { done: 0, counts: noCounts }
  const send = () => createConsumer(writer, key, group, name)
  return sendOnce(context, { send, readBack: () => Promise.resolve(null), unknown: none }, signal)
}
