import type { Writer } from '../client'
import { orMissing } from '../missing'
import { asText } from '../reply'
import { asWord, CHECK_LUA, checkSeen, seenList, type SeenEntry } from './check'
import { runScript } from './run-script'

/** The most entries of one call: the server is busy for about 1 ms. */
export const CHECKED_ACK_MAX = 250

/** `moved`: somebody else holds it, or it was delivered again. `not-pending`: acked meanwhile. Both were left alone. */
export type CheckedAck = 'acked' | 'moved' | 'not-pending'

const LUA = `${CHECK_LUA}
local states, same = {}, {}
local ids, consumers, deliveries = all_seen(2)
for at, id in ipairs(ids) do
  local state, failure = state_of(id, consumers[at], deliveries[at])
  if failure then return failure end
  if state == 'same' then
    same[#same + 1] = id
    state = 'acked'
  end
  states[at] = state
end
if #same > 0 then
  local acked = redis.pcall('XACK', key, group, unpack(same))
  if type(acked) == 'table' then return acked end
end
return table.concat(states, ' ')
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
  const words = ['acked', 'moved', 'not-pending'] as const
  // One text: a reply of hundreds of words costs more than the words.
  const said = asText(await orMissing(call, key, group))
  return said.split(' ').map((state) => asWord(state, words))
}
