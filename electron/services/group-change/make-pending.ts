import type { EntryId } from '../../../shared/entry-id'
import type { GroupChange } from '../../../shared/model/group-change'
import { toBuffer } from '../../redis/bytes'
import { claimJustId } from '../../redis/xclaim'
import { observeIds } from '../inspection/observe-pending'
import type { JobStep } from '../jobs/job-step'
import { idsOf, runBatch } from '../jobs/run-batch'
import type { BatchOutcome, RunContext } from '../jobs/run-context'
import { sendAll } from '../jobs/send-commands'
import { noCounts } from '../../../shared/judgement/job-counts'
import { ackSendings } from '../recovery/acks/ack-sendings'
import { claimGivenBackFrom, NEVER_IDLE_SO_LONG_MS } from '../recovery/undo/give-back'
import type { GiveBack } from '../recovery/undo/given-back-kind'
import { readAcksBack } from '../recovery/acks/read-acks-back'
import { standingOf } from './unheld'

type MakePending = Extract<GroupChange, { kind: 'make pending' }>

/** As of an entry that was given once. */
const DELIVERIES = 1

/**
 * Makes entries pending that nobody holds, for this consumer, as if they had been delivered to it once: XCLAIM FORCE, with a
 * min idle time that none has that is pending by then, so that nothing is taken from anybody. What has become pending since
 * the plan, was trimmed, or lies beyond the group's position by now is left alone.
 * https://redis.io/docs/latest/commands/xclaim/
 */
export async function* makePending(
  context: RunContext,
  { consumer, ids }: MakePending,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { reader, writer, key, group } = context
  const to = toBuffer(consumer)
  const { unheld, observation } = await standingOf(context, ids)
  const left = ids.length - unheld.length
  if (left > 0) yield { done: left, counts: { ...noCounts, leftAlone: left } }
  if (unheld.length === 0 || signal.aborted) return
  const options = { minIdleMs: NEVER_IDLE_SO_LONG_MS, retryCount: DELIVERIES, force: true }
  const send = () =>
    sendAll(writer, [{ ids: unheld, send: () => claimJustId(writer, key, group, to, unheld, options) }], (kept) =>
      Promise.resolve({ ...noCounts, leftAlone: kept.length }),
    )
  const readBack = async (lost: readonly EntryId[]): Promise<BatchOutcome> => {
    const now = await observeIds(reader, key, group, lost, to)
    const isOurs = new Set(
      idsOf(
        now.rows.filter(({ deliveries, deliveredBy }) => deliveries === DELIVERIES && deliveredBy >= observation.at),
      ),
    )
    const except = lost.filter((id) => !isOurs.has(id))
    return { counts: { ...noCounts, changed: isOurs.size, leftAlone: except.length }, except, until: now.at }
  }
  const rows = unheld.map(asHeldByNobody)
  yield* runBatch(context, { number: 0, observation, rows, to: consumer, send, readBack }, signal)
}

/** For the journal: nobody held it. */
function asHeldByNobody(id: EntryId) {
  return { id, consumer: NOBODY, deliveries: 0, deliveredAt: 0 }
}
const NOBODY = Buffer.alloc(0)

/**
 * Acks again what was made pending, as long as the consumer holds it just so. What it was given once more, or moved on, was
 * perhaps worked on, and is left alone.
 */
export const madePendingTakenBack: GiveBack = {
  ...claimGivenBackFrom(() => DELIVERIES),
  needs: ({ key }) => [{ name: 'xack', key }],
  send: (context, { returns, observation }) =>
    sendAll(
      context.writer,
      ackSendings(
        context,
        returns.map(({ row }) => row),
        observation,
      ),
      (ids) => Promise.resolve({ ...noCounts, leftAlone: ids.length }),
    ),
  readBack(context, { returns, observation }, lost) {
    const rows = returns.map(({ row }) => row)
    const commands = ackSendings(context, rows, observation).map(({ ids }) => ids)
    return readAcksBack(context, { commands, rows, seenAt: observation.at }, lost)
  },
}
