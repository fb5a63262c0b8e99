import type { Writer } from '../reader-writer'
import { orMissing } from '../missing'
import { CHECK_MANY_LUA, checkSeen, oddStates, seenList, type OddState, type SeenEntry } from './check'
import { runScript } from './run-script'

/** The most entries of one call: the server is busy for about 1 ms. */
export const CHECKED_ACK_MAX = 250

/** `moved`: somebody else holds it, or it was delivered again. `not-pending`: acked meanwhile. Both were left alone. */
export type CheckedAck = 'acked' | OddState

const LUA = `${CHECK_MANY_LUA}
local same, count, odd, failure = look(2)
if failure then return failure end
if count > 0 then
  local acked = redis.pcall('XACK', key, group, unpack(same))
  if type(acked) == 'table' then return acked end
end
return odd
`

/**
 * XACK of those entries that owner and delivery count are still as seen of; what came of each, in order. All of them in
 * one XACK, so an error says that none was acked. NOT_FOUND group when group or stream is gone; RangeError beyond 250.
 */
export async function checkedAck(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  entries: readonly SeenEntry[],
): Promise<readonly CheckedAck[]> {
  checkSeen(entries, CHECKED_ACK_MAX)
  const call = runScript(writer, LUA, [key], [group, ...seenList(entries)])
  const odd = oddStates(await orMissing(call, key, group))
  return entries.map((_, at) => odd.get(at) ?? 'acked')
}
