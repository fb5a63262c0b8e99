import { cliArgument } from '../../../../shared/bytes'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { kindOf } from '../actions/kinds'
import { idsOf } from '../../jobs/run-batch'
import type { ScriptOf } from './script-of'

/** XACK of a batch in one command: who acks them, and that they are still as seen, only Sluice's own run looks at. */
export const ackScript: ScriptOf<Extract<RecoveryAction, { kind: 'ack' }>> = async function* (
  _context,
  _action,
  { key, group },
  batches,
) {
  const head = `XACK ${cliArgument(key)} ${cliArgument(group)}`
  for await (const { untouched } of batches) {
    const lines = untouched.length === 0 ? [] : [`${head} ${idsOf(untouched).join(' ')}`]
    yield { lines, entries: untouched.length }
  }
}

/** Where the plan's own lines say all of it: the same for every batch. */
export const planLinesScript: ScriptOf<RecoveryAction> = async function* ({ server }, action, plan, batches) {
  const { key, group } = plan
  const facts = {
    server,
    group: { key, group },
    consumers: [],
    stalledAfterMs: 0,
    waiting: null,
    emptied: new Set<string>(),
    chosen: 0,
  }
  const kind = kindOf(action)
  for await (const { untouched } of batches) {
    const rows = untouched.filter((row) => !kind.isAlreadySo(action, row))
    const lines = rows.length === 0 ? [] : kind.commands(action, facts.group, [rows], new Map(), facts)
    yield { lines, entries: rows.length }
  }
}
