import type { Writer } from '../reader-writer'
import { orMissing } from '../missing'
import { asId, asList } from '../reply'
import { claimArguments, type ClaimOptions } from '../xclaim'
import { CHECK_MANY_LUA, checkSeen, oddStates, seenList, type OddState, type SeenEntry } from './check'
import { runScript } from './run-script'

/** The most entries of one call: the server is busy for about 1.5 ms. */
export const CHECKED_CLAIM_MAX = 250

/**
 * `moved`: somebody else holds it, or it was delivered again. `not-pending`: acked meanwhile. `refused`: idle for less
 * than the min idle, or gone from the stream (Redis 7+ then drops it from the pending list).
 */
export type CheckedClaim = 'claimed' | 'refused' | OddState

const LUA = `${CHECK_MANY_LUA}
local options = tonumber(ARGV[4])
local same, count, odd, failure = look(5 + options)
if failure then return failure end
if count == 0 then return { odd, {} } end
local claim = { 'XCLAIM', key, group, ARGV[2], ARGV[3], unpack(same) }
for at = 5, 4 + options do claim[#claim + 1] = ARGV[at] end
local claimed = redis.pcall(unpack(claim))
if claimed.err then return claimed end
if #claimed == count then return { odd } end
return { odd, claimed }
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
  const [said, claimed] = asList(await orMissing(runScript(writer, LUA, [key], args), key, group))
  const odd = oddStates(said)
  // Without a list, it was all that were as seen.
  const taken = claimed === undefined ? null : new Set(asList(claimed).map(asId))
  return entries.map(({ id }, at) => odd.get(at) ?? (taken === null || taken.has(id) ? 'claimed' : 'refused'))
}
