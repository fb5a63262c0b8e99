import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { noCounts } from '../../../../shared/judgement/job-counts'
import type { ActionKind } from '../action'
import { idsOf } from '../../jobs/run-batch'
import { ackRows, createAckCeiling } from '../acks/ack-ceiling'
import { mayScript } from '../acks/ack-sendings'
import { ackLines } from './command-lines'
import { ackGivenBack } from '../undo/give-back'
import { prefetch } from '../selection/prefetch'
import type { SelectedBatch } from '../selection/selected'
import { message } from '../../../../shared/words/messages'

/**
 * Acks, batch by batch, only what is still as the plan saw it. XACK knows no owner, so where scripts are allowed one of
 * them looks first. Where they are not: one XACK per entry, sent together, since XACK of many says how many were acked and
 * not which, and an undo must not bring back what its consumer acked in that very moment.
 */
export const ack: ActionKind<Extract<RecoveryAction, { kind: 'ack' }>> = {
  guard: (_action, { server }) =>
    mayScript(server)
      ? { atomic: true, note: message('guard.ack-by-script') }
      : { atomic: false, note: message('guard.ack') },
  resolveTargets: (action) => action,
  summary: () => message('recovery.ack'),
  recipient: () => null,
  isAlreadySo: () => false,
  deletes: () => false,
  copiesTo: () => null,
  arriving: () => new Map(),
  warnings: () => [],
  notes: () => [],
  undo: () => ({ possible: true, note: message('undo.claim') }),
  commands: (_action, { key, group }, [first = []]) => ackLines(key, group, idsOf(first)),
  async *run(context, _action, plan, batches, signal) {
    const ceiling = await createAckCeiling(context, plan.gone, context.mark?.bodies)
    const read = mayScript(context.server) ? prefetch(wholePages(batches)) : batches
    let number = 0
    for await (const { observation, untouched, moved } of read) {
      if (moved > 0) yield { done: moved, counts: { ...noCounts, leftAlone: moved } }
      if (untouched.length === 0) continue
      number = yield* ackRows(context, ceiling, { number, observation, rows: untouched }, signal)
      if (signal.aborted) return
    }
  },
  giveBack: () => ackGivenBack,
}

/** Batches of one reading as one: acks are cheap, and one line in the journal, synced to the disk, is enough for a page. */
async function* wholePages(batches: AsyncIterable<SelectedBatch>): AsyncGenerator<SelectedBatch, void> {
  let page: [SelectedBatch, ...SelectedBatch[]] | null = null
  for await (const batch of batches) {
    if (page !== null && page[0].observation === batch.observation) {
      page.push(batch)
      continue
    }
    if (page !== null) yield together(page)
    page = [batch]
  }
  if (page !== null) yield together(page)
}

function together([first, ...others]: readonly [SelectedBatch, ...SelectedBatch[]]): SelectedBatch {
  const batches = [first, ...others]
  return {
    observation: first.observation,
    untouched: batches.flatMap(({ untouched }) => untouched),
    moved: batches.reduce((sum, { moved }) => sum + moved, 0),
  }
}
