import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { fromBuffer, keyName, toBuffer } from '../../../redis/bytes'
import { allocationOf } from '../actions/spread'
import { claimable } from '../claims/claimable'
import { claimLines } from '../actions/command-lines'
import type { ScriptOf } from './script-of'

/** XCLAIM with the idle time that is observed now: what is delivered again before the script runs Redis leaves alone. */
export const claimScript: ScriptOf<Extract<RecoveryAction, { kind: 'claim' }>> = async function* (
  context,
  action,
  { key, group },
  batches,
) {
  const to = action.to ?? ''
  const isTarget = (consumer: Buffer): boolean => consumer.equals(toBuffer(to))
  for await (const { untouched } of batches) {
    const { rows } = await claimable(context, untouched, isTarget, action.includeGone)
    yield { lines: claimLines(key, group, to, rows, action), entries: rows.length }
  }
}

export const spreadScript: ScriptOf<Extract<RecoveryAction, { kind: 'spread' }>> = async function* (
  context,
  action,
  plan,
  batches,
) {
  const { isTarget, allot } = allocationOf(action, plan)
  for await (const { untouched } of batches) {
    const { rows } = await claimable(context, untouched, isTarget, action.includeGone)
    const lines = allot(rows).flatMap((part) =>
      claimLines(plan.key, plan.group, fromBuffer(keyName(part.to)), part.rows, action),
    )
    yield { lines, entries: rows.length }
  }
}
