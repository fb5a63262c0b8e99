import type { EntryId } from '../../../../shared/entry-id'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { cliArgument } from '../../../../shared/bytes'
import { release as sendRelease } from '../../../redis/xnack'
import { noCounts } from '../../../../shared/judgement/job-counts'
import type { ActionKind } from '../action'
import { idsOf, runBatch } from '../../jobs/run-batch'
import { observeIds, type ObservedRow } from '../../inspection/observe-pending'
import type { BatchOutcome, RunContext } from '../../jobs/run-context'
import { sendAll } from '../../jobs/send-commands'
import { message } from '../../../../shared/words/messages'

/** An entry without an owner was last delivered at time 0: far less than this, whatever the reading's inexactness. */
const NEVER_MS = 60_000

/**
 * XNACK (8.8+): gives entries back to the group, for its next reader to get. One command per entry, sent together: it says
 * how many were pending and not which.
 */
export const release: ActionKind<Extract<RecoveryAction, { kind: 'release' }>> = {
  guard: () => ({ atomic: false, note: message('guard.release') }),
  resolveTargets: (action) => action,
  summary: ({ mode }) => message('recovery.release', { mode }),
  recipient: () => null,
  isAlreadySo: (_action, row) => isWithoutOwner(row),
  deletes: () => false,
  copiesTo: () => null,
  arriving: () => new Map(),
  warnings: () => [],
  notes: () => [],
  undo: () => ({ possible: false, note: message('undo.release') }),
  commands: ({ mode }, { key, group }, [first = []]) =>
    idsOf(first).map((id) => `XNACK ${cliArgument(key)} ${cliArgument(group)} ${mode} IDS 1 ${id}`),
  async *run(context, { mode }, _plan, batches, signal) {
    const { writer, key, group } = context
    let number = 0
    for await (const { observation, untouched, moved } of batches) {
      const rows = untouched.filter((row) => !isWithoutOwner(row))
      const leftAlone = moved + untouched.length - rows.length
      if (leftAlone > 0) yield { done: leftAlone, counts: { ...noCounts, leftAlone } }
      if (rows.length === 0) continue
      const sendings = idsOf(rows).map((id) => ({
        ids: [id],
        send: async () => ((await sendRelease(writer, key, group, [id], mode)) > 0 ? [id] : []),
      }))
      const send = () => sendAll(writer, sendings, (ids) => Promise.resolve({ ...noCounts, leftAlone: ids.length }))
      const readBack = (lost: readonly EntryId[]) => readReleaseBack(context, lost)
      yield* runBatch(context, { number: number++, observation, rows, send, readBack }, signal)
    }
  },
  giveBack: () => null,
}

function isWithoutOwner({ consumer, deliveredAt }: ObservedRow): boolean {
  return consumer.length === 0 && deliveredAt < NEVER_MS
}

/** Without an owner: released. With one: not released, or read again since. Not pending: acked, released before or not. */
async function readReleaseBack({ reader, key, group }: RunContext, ids: readonly EntryId[]): Promise<BatchOutcome> {
  const { rows, at } = await observeIds(reader, key, group, ids)
  const released = rows.filter(isWithoutOwner).length
  const unknown = ids.length - rows.length
  const others = rows.filter((row) => !isWithoutOwner(row))
  return {
    counts: { ...noCounts, changed: released, leftAlone: others.length, unknown },
    except: idsOf(others),
    until: at,
  }
}
