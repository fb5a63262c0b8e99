import type { Writer } from '../client'
import { orMissing } from '../missing'
import { asId, asList } from '../reply'
import { claimArguments, type ClaimOptions } from '../xclaim'
import { asWord, CHECK_LUA, checkSeen, seenList, type SeenEntry } from './check'
import { runScript } from './run-script'

/** The most entries of one call: the server is busy for about 1.5 ms. */
export const CHECKED_CLAIM_MAX = 250

/**
 * `moved`: somebody else holds it, or it was delivered again. `not-pending`: acked meanwhile. `refused`: idle for less
 * than the min idle, or gone from the stream (Redis 7+ then drops it from the pending list).
 */
export type CheckedClaim = 'claimed' | 'moved' | 'not-pending' | 'refused'

const LUA = `${CHECK_LUA}
local claim = { 'XCLAIM', key, group, ARGV[2], ARGV[3] }
local options = tonumber(ARGV[4])
local states = {}
local ids, consumers, deliveries = all_seen(5 + options)
for at, id in ipairs(ids) do
  local state, failure = state_of(id, consumers[at], deliveries[at])
  if failure then return failure end
  if state == 'same' then claim[#claim + 1] = id end
  states[at] = state
end
if #claim == 5 then return { states, {} } end
for at = 5, 4 + options do claim[#claim + 1] = ARGV[at] end
local claimed = redis.pcall(unpack(claim))
if claimed.err then return claimed end
return { states, claimed }
`

/**
 * XCLAIM … JUSTID of those entries that owner and delivery count are still as seen of; what came of each, in order. All
 * in one XCLAIM, so an error says that none was claimed. NOT_FOUND group; RangeError beyond 250 entries.
 */
export async function checkedClaim(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  consumer: Buffer,
  entries: readonly SeenEntry[],
  options: Omit<ClaimOptions, 'force'>,
): Promise<readonly CheckedClaim[]> {
  checkSeen(entries, CHECKED_CLAIM_MAX)
  const rest = claimArguments(options)
  const args = [group, consumer, options.minIdleMs, rest.length, ...rest, ...seenList(entries)]
  const [states, claimed] = asList(await orMissing(runScript(writer, LUA, [key], args), key, group))
  const taken = new Set(asList(claimed).map(asId))
  return asList(states).map((state, at) => {
    const word = asWord(state, ['same', 'moved', 'not-pending'] as const)
    if (word !== 'same') return word
    const id = entries[at]?.id
    return id !== undefined && taken.has(id) ? 'claimed' : 'refused'
  })
}
