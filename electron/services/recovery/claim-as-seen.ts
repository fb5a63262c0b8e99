import type { EntryId } from '../../../shared/entry-id'
import { checkedClaim } from '../../redis/scripts/checked-claim'
import { claimJustId, type ClaimOptions } from '../../redis/xclaim'
import type { ObservedRow } from '../inspection/observe-pending'
import { idsOf } from '../jobs/run-batch'
import type { RunContext } from '../jobs/run-context'
import { mayScript } from './ack-sendings'

/**
 * Claims what is as it was seen. The min idle time tells that, unless a claim of somebody else keeps the idle time too: whoever
 * keeps it looks at owner and delivery count as well, where scripts are allowed. At most 250 entries then.
 */
export function claimAsSeen(
  { writer, key, group, server }: Pick<RunContext, 'writer' | 'key' | 'group' | 'server'>,
  to: Buffer,
  rows: readonly ObservedRow[],
  options: ClaimOptions,
): Promise<readonly EntryId[]> {
  return options.timeMs !== undefined && mayScript(server)
    ? checkedClaim(writer, key, group, to, rows, options)
    : claimJustId(writer, key, group, to, idsOf(rows), options)
}
