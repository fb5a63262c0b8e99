import type { EntryId } from '../../../../shared/entry-id'
import type { RecoveryAction } from '../../../../shared/model/plan'
import { ack as sendAck } from '../../../redis/xack'
import { noCounts } from '../../job-counts'
import type { ActionKind } from '../action'
import { idsOf, runBatch } from '../batch'
import { ackLines } from '../command-lines'
import { ackGivenBack } from '../give-back'
import { observeIds } from '../observe'
import type { BatchOutcome, RunContext } from '../run-context'
import { sendAll } from '../send'

/**
 * XACK, batch by batch, only of what is still as the plan saw it. One command per entry, sent together: XACK of many says
 * how many were acked and not which, and an undo must not bring back what its consumer acked in that very moment. XACK
 * knows no owner, so an entry that moves in the instant between reading and acking is acked all the same.
 */
export const ack: ActionKind<Extract<RecoveryAction, { kind: 'ack' }>> = {
  needs: () => ['xack'],
  settle: (action) => action,
  summary: () => 'ack',
  recipient: () => null,
  isAlreadySo: () => false,
  takesGone: () => true,
  arriving: () => new Map(),
  warnings: () => [],
  undo: () => ({ possible: true, note: 'Gives back owner and delivery count; the idle time starts anew.' }),
  commands: (_action, { key, group }, [first = []]) => ackLines(key, group, idsOf(first)),
  async *run(context, _action, _plan, batches, signal) {
    const { reader, writer, key, group } = context
    let number = 0
    for await (const { observation, untouched: rows, moved } of batches) {
      if (moved > 0) yield { done: moved, counts: { ...noCounts, leftAlone: moved } }
      if (rows.length === 0) continue
      const sendings = idsOf(rows).map((id) => ({
        ids: [id],
        send: async () => ((await sendAck(writer, key, group, [id])) > 0 ? [id] : []),
      }))
      const send = () => sendAll(reader, sendings, (ids) => Promise.resolve({ ...noCounts, leftAlone: ids.length }))
      const readBack = (lost: readonly EntryId[]) => readAckBack(context, lost)
      yield* runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
    }
  },
  giveBack: ackGivenBack,
}

/** What is pending was not acked. What isn't may have been acked by us or by its consumer: that stays unknown. */
async function readAckBack({ reader, key, group }: RunContext, ids: readonly EntryId[]): Promise<BatchOutcome> {
  const { rows, at } = await observeIds(reader, key, group, ids)
  const counts = { ...noCounts, leftAlone: rows.length, unknown: ids.length - rows.length }
  return { counts, except: idsOf(rows), until: at }
}
