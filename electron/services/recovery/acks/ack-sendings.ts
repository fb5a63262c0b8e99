import type { ServerInfo } from '../../../../shared/model/connection'
import { CHECKED_ACK_MAX, checkedAck, type CheckedAck } from '../../../redis/scripts/checked-ack'
import { ack } from '../../../redis/xack'
import { idleByNow, type Observation, type ObservedRow } from '../../inspection/observe-pending'
import { idsOf } from '../../jobs/run-batch'
import type { RunContext } from '../../jobs/run-context'
import type { Sending } from '../../jobs/send-commands'

/**
 * The commands that ack these, each looking at owner, delivery count and, where it is told when they were read, idle time
 * first where scripts are allowed.
 */
export function ackSendings(
  context: RunContext,
  rows: readonly ObservedRow[],
  observation: Observation | null,
): readonly Sending[] {
  const { writer, key, group } = context
  if (!mayScript(context.server)) return plainAcks(context, rows)
  return scriptSendings(rows, (part) =>
    checkedAck(writer, key, group, part, observation === null ? 0 : idleByNow(part, observation)),
  )
}

export function mayScript({ capabilities }: ServerInfo): boolean {
  return capabilities.eval.available
}

/** As many scripts as these take. `send` one of them, and gives what came of each. */
export function scriptSendings(
  rows: readonly ObservedRow[],
  send: (part: readonly ObservedRow[]) => Promise<readonly CheckedAck[]>,
): readonly Sending[] {
  const sendings: Sending[] = []
  for (let at = 0; at < rows.length; at += CHECKED_ACK_MAX) {
    const part = rows.slice(at, at + CHECKED_ACK_MAX)
    const ids = idsOf(part)
    const sending = async () => {
      const states = await send(part)
      return ids.filter((_, index) => states[index] === 'acked')
    }
    sendings.push({ ids, send: sending })
  }
  return sendings
}

function plainAcks({ writer, key, group }: RunContext, rows: readonly ObservedRow[]): readonly Sending[] {
  return idsOf(rows).map((id) => ({
    ids: [id],
    send: async () => ((await ack(writer, key, group, [id])) > 0 ? [id] : []),
  }))
}
