import type { EntryId } from '../../../../shared/entry-id'
import type { ServerInfo } from '../../../../shared/model/connection'
import type { RecoveryAction } from '../../../../shared/model/plan'
import { CHECKED_ACK_MAX, checkedAck } from '../../../redis/scripts/checked-ack'
import { ack as sendAck } from '../../../redis/xack'
import { noCounts } from '../../lib/job-counts'
import type { ActionKind } from '../action'
import { idsOf, runBatch } from '../../jobs/run-batch'
import { ackLines } from '../command-lines'
import { ackGivenBack } from '../give-back'
import type { ObservedRow } from '../../inspection/observe-pending'
import type { RunContext } from '../../jobs/run-context'
import { createLossCeiling } from '../loss-ceiling'
import { readAcksBack } from '../read-acks-back'
import type { SelectedBatch } from '../selected'
import { sendAll, type Sending } from '../../jobs/send-commands'
import { message } from '../../../../shared/words/messages'

/**
 * Acks, batch by batch, only what is still as the plan saw it. XACK knows no owner, so where scripts are allowed one of
 * them looks first. Where they are not: one XACK per entry, sent together, since XACK of many says how many were acked and
 * not which, and an undo must not bring back what its consumer acked in that very moment.
 */
export const ack: ActionKind<Extract<RecoveryAction, { kind: 'ack' }>> = {
  needs: () => ['xack'],
  guard: (_action, { server }) =>
    mayScript(server)
      ? { atomic: true, note: message('guard.ack-by-script') }
      : { atomic: false, note: message('guard.ack') },
  resolveTargets: (action) => action,
  summary: () => message('recovery.ack'),
  recipient: () => null,
  isAlreadySo: () => false,
  takesGone: () => true,
  deletes: () => false,
  copiesTo: () => null,
  arriving: () => new Map(),
  warnings: () => [],
  notes: () => [],
  undo: () => ({ possible: true, note: message('undo.claim') }),
  commands: (_action, { key, group }, [first = []]) => ackLines(key, group, idsOf(first)),
  async *run(context, _action, plan, batches, signal) {
    const { reader } = context
    const ceiling = createLossCeiling(context, plan.gone)
    let number = 0
    for await (const { observation, untouched: rows, moved } of mayScript(context.server)
      ? wholePages(batches)
      : batches) {
      if (moved > 0) yield { done: moved, counts: { ...noCounts, leftAlone: moved } }
      if (rows.length === 0) continue
      const lost = await ceiling.before(idsOf(rows))
      const sendings = ackSendings(context, rows)
      const send = () => sendAll(reader, sendings, (ids) => Promise.resolve({ ...noCounts, leftAlone: ids.length }))
      const readBack = (lost: readonly EntryId[]) =>
        readAcksBack(context, { commands: sendings.map(({ ids }) => ids), rows, seenAt: observation.at }, lost)
      yield* runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
      ceiling.after(lost)
    }
  },
  giveBack: () => ackGivenBack,
}

/** The commands that ack these, each looking at owner and delivery count first where scripts are allowed. */
export function ackSendings(context: RunContext, rows: readonly ObservedRow[]): readonly Sending[] {
  return mayScript(context.server) ? checkedAcks(context, rows) : plainAcks(context, rows)
}

export function mayScript({ capabilities }: ServerInfo): boolean {
  return capabilities.eval.available
}

function checkedAcks({ writer, key, group }: RunContext, rows: readonly ObservedRow[]): readonly Sending[] {
  const sendings: Sending[] = []
  for (let at = 0; at < rows.length; at += CHECKED_ACK_MAX) {
    const part = rows.slice(at, at + CHECKED_ACK_MAX)
    const ids = idsOf(part)
    const send = async () => {
      const states = await checkedAck(writer, key, group, part)
      return ids.filter((_, index) => states[index] === 'acked')
    }
    sendings.push({ ids, send })
  }
  return sendings
}

function plainAcks({ writer, key, group }: RunContext, rows: readonly ObservedRow[]): readonly Sending[] {
  return idsOf(rows).map((id) => ({
    ids: [id],
    send: async () => ((await sendAck(writer, key, group, [id])) > 0 ? [id] : []),
  }))
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
