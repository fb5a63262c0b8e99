import type { Bytes } from '../../../shared/bytes'
import type { Count } from '../../../shared/count'
import type { EntryId } from '../../../shared/entry-id'
import { AppError, isAppError } from '../../../shared/error'
import type { GroupChange } from '../../../shared/model/group-change'
import { toBuffer } from '../../redis/bytes'
import { destroyGroupIfEmpty } from '../../redis/scripts/destroy-group-if-empty'
import { removeConsumerIfEmpty } from '../../redis/scripts/remove-consumer-if-empty'
import { ack } from '../../redis/xack'
import { setGroupId } from '../../redis/xgroup'
import { consumerInfos, groupInfos } from '../../redis/xinfo'
import { noCounts } from '../lib/job-counts'
import type { JobStep } from '../jobs/job-step'
import { idsOf, runBatch } from '../jobs/run-batch'
import { BATCH, observeRange } from '../inspection/observe-pending'
import type { RunContext } from '../jobs/run-context'
import { sendAll } from '../jobs/send-commands'
import { oneCommand } from '../jobs/one-command'
import { readAcksBack } from '../recovery/read-acks-back'
import { message } from '../../../shared/words/messages'

/** Where SETID goes, with `$` resolved when it was planned, and how many entries lie before it; null: the server is not told. */
export interface NewPosition {
  readonly position: EntryId
  readonly entriesRead: Count | null
}

/** Carries out a change of a group. */
export async function* runGroupChange(
  context: RunContext,
  change: GroupChange,
  to: NewPosition,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  switch (change.kind) {
    case 'remove consumer':
      yield await removeConsumer(context, change.consumer, signal)
      return
    case 'set id':
      yield await setId(context, to, signal)
      return
    case 'destroy group':
      yield* destroyGroup(context, signal)
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

async function setId(
  context: RunContext,
  { position, entriesRead }: NewPosition,
  signal: AbortSignal,
): Promise<JobStep> {
  const { reader, writer, key, group } = context
  const isThere = async (): Promise<boolean> =>
    (await groupInfos(reader, key)).some(
      ({ name, lastDeliveredId }) => name.equals(group) && lastDeliveredId === position,
    )
  return oneCommand(context, () => setGroupId(writer, key, group, position, entriesRead ?? undefined), isThere, signal)
}

/** So often it acks what was delivered while it acked the rest, before it gives up. */
const MOST_ROUNDS = 100

/**
 * Acks what is pending in batches, each with its intent in the journal, and destroys the group once nothing is pending:
 * no entry is dropped that the journal doesn't know of, and no command keeps the server busy for long.
 */
async function* destroyGroup(context: RunContext, signal: AbortSignal): AsyncGenerator<JobStep, void> {
  const { reader, writer, key, group } = context
  let number = 0
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    for (;;) {
      const observation = await observeRange(reader, key, group, { from: '-', to: '+', count: BATCH })
      const { rows } = observation
      if (rows.length === 0) break
      const sendings = idsOf(rows).map((id) => ({
        ids: [id],
        send: async () => ((await ack(writer, key, group, [id])) > 0 ? [id] : []),
      }))
      const send = () => sendAll(reader, sendings, (ids) => Promise.resolve({ ...noCounts, leftAlone: ids.length }))
      const readBack = (lost: readonly EntryId[]) =>
        readAcksBack(context, { commands: sendings.map(({ ids }) => ids), rows, seenAt: observation.at }, lost)
      yield* runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
      if (signal.aborted) return
    }
    let held = 0
    const send = async (): Promise<void> => {
      const removal = await destroyGroupIfEmpty(writer, key, group)
      held = removal.state === 'holds' ? removal.pending : 0
    }
    const step = await oneCommand(context, send, () => isGone(context), signal)
    if (held === 0) {
      yield step
      return
    }
  }
  const [problem, remedy] = [message('group-change.read-too-fast'), message('group-change.stop-consumers')]
  throw new AppError('BAD_INPUT', { field: 'group', problem, remedy })
}

async function isGone({ reader, key, group }: RunContext): Promise<boolean> {
  try {
    return !(await groupInfos(reader, key)).some(({ name }) => name.equals(group))
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return true
    throw error
  }
}
