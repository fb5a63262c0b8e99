import type { EntryId } from '../../../shared/entry-id'
import { orMissing } from '../missing'
import type { Argument, Writer } from '../reader-writer'
import { asId, asList } from '../reply'
import { claimArguments, type ClaimOptions } from '../xclaim'
import { CHECK_MANY_LUA, checkSeen, seenList, type SeenEntry } from './check'
import { runScript } from './run-script'

/** The most entries of one call: the server is busy for about 1 ms. */
export const CHECKED_CLAIM_MAX = 250

const LUA = `${CHECK_MANY_LUA}
local same, count, odd, failure = look(5)
if failure then return failure end
if count == 0 then return {} end
for word in string.gmatch(ARGV[4], '%S+') do
  count = count + 1
  same[count] = word
end
return redis.pcall('XCLAIM', key, group, ARGV[2], ARGV[3], unpack(same))
`

/**
 * XCLAIM … JUSTID of those entries that owner and delivery count are still as seen of: the ids that now are the consumer's. A
 * claim that keeps the idle time can't be told from none by the min idle time alone. NOT_FOUND group; RangeError beyond 250.
 */
export async function checkedClaim(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  consumer: Buffer,
  entries: readonly SeenEntry[],
  options: ClaimOptions,
): Promise<readonly EntryId[]> {
  checkSeen(entries, CHECKED_CLAIM_MAX)
  const rest = claimArguments(options).join(' ')
  const call = runScript(writer, LUA, [key], [group, consumer, options.minIdleMs, rest, ...seenList(entries)])
  return asList(await orMissing(call, key, group)).map(asId)
}

/** The consumer that such a call gives entries to, by what EVAL is sent; undefined: it is another script's. */
export function claimantOf([lua, , , , consumer]: readonly Argument[]): Argument | undefined {
  return lua === LUA ? consumer : undefined
}
