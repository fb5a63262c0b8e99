import type { EntryId } from '../../../shared/entry-id'
import { nameKey } from '../bytes'
import { orMissing } from '../missing'
import type { Argument, Writer } from '../reader-writer'
import { asId, asList } from '../reply'
import { claimArguments, type ClaimOptions } from '../xclaim'
import { CHECK_MANY_LUA, checkSeen, seenList, type SeenEntry } from './check'
import { runScript } from './run-script'

/** The most entries of one call: the server is busy for 1 to 2 ms. */
export const CHECKED_CLAIM_MAX = 250

/** Whom entries are claimed for, and how: one XCLAIM for all that have the same one. Not FORCE: what is not pending is not as seen. */
export interface ClaimFor {
  readonly consumer: Buffer
  readonly options: Omit<ClaimOptions, 'force'>
}

/** Where the lengths of lists stand: the consumers follow, then the XCLAIMs, then which entries are for which of them. */
const LUA = `${CHECK_MANY_LUA}
local consumers = 2
local claims = consumers + tonumber(ARGV[consumers]) + 1
local runs = claims + tonumber(ARGV[claims]) + 1
local same, count, odd, failure, ordered, numbers = look(runs + 1)
if failure then return failure end
local ids_of, next_same, last = {}, 1, 0
for length, claim in string.gmatch(ARGV[runs], '(%d+):(%d+)') do
  last = last + tonumber(length)
  claim = tonumber(claim)
  while next_same <= count and numbers[next_same] <= last do
    local ids = ids_of[claim]
    if not ids then
      ids = {}
      ids_of[claim] = ids
    end
    ids[#ids + 1] = same[next_same]
    next_same = next_same + 1
  end
end
local claimed = {}
for claim = 1, tonumber(ARGV[claims]) do
  if ids_of[claim] then
    local consumer, idle, options = string.match(ARGV[claims + claim], '^(%d+) (%d+) (.+)$')
    local call = { 'XCLAIM', key, group, ARGV[consumers + tonumber(consumer)], idle }
    for _, id in ipairs(ids_of[claim]) do call[#call + 1] = id end
    for word in string.gmatch(options, '%S+') do call[#call + 1] = word end
    local reply = redis.pcall(unpack(call))
    if reply.err then
      if #claimed == 0 then return reply end
      return claimed
    end
    for _, id in ipairs(reply) do claimed[#claimed + 1] = id end
  end
end
return claimed
`

/**
 * XCLAIM … JUSTID of those entries that owner and delivery count are still as seen of, `claims` saying of each by which; the ids
 * that were claimed. By the min idle time alone what was claimed by another who keeps that can't be told from what rests.
 * What refuses one XCLAIM refuses the first: an error says that none was claimed. NOT_FOUND group; RangeError beyond 250.
 */
export async function checkedClaim(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  entries: readonly SeenEntry[],
  claims: readonly ClaimFor[],
): Promise<readonly EntryId[]> {
  checkSeen(entries, CHECKED_CLAIM_MAX)
  const call = runScript(writer, LUA, [key], [group, ...claimList(claims), ...seenList(entries)])
  return asList(await orMissing(call, key, group)).map(asId)
}

/** What the script is told of the XCLAIMs, each once. */
function claimList(claims: readonly ClaimFor[]): readonly Argument[] {
  const consumers = new Map<string, { readonly at: number; readonly name: Buffer }>()
  const lines = new Map<ClaimFor, { readonly at: number; readonly text: string }>()
  const lineOf = (claim: ClaimFor): number => {
    const known = lines.get(claim)
    if (known) return known.at
    const name = nameKey(claim.consumer)
    const consumer = consumers.get(name) ?? { at: consumers.size + 1, name: claim.consumer }
    consumers.set(name, consumer)
    const text = `${consumer.at} ${claim.options.minIdleMs} ${claimArguments(claim.options).join(' ')}`
    const line = { at: lines.size + 1, text }
    lines.set(claim, line)
    return line.at
  }
  const runs: { readonly at: number; length: number }[] = []
  for (const claim of claims) {
    const at = lineOf(claim)
    const run = runs.at(-1)
    if (run?.at === at) run.length += 1
    else runs.push({ at, length: 1 })
  }
  return [
    ...[consumers.size, ...[...consumers.values()].map(({ name }) => name)],
    ...[lines.size, ...[...lines.values()].map(({ text }) => text)],
    runs.map(({ at, length }) => `${length}:${at}`).join(' '),
  ]
}

/** The consumers that such a call gives entries to, by what EVAL is sent; none: it is another script's. */
export function claimantsOf([lua, , , , count, ...rest]: readonly Argument[]): readonly Argument[] {
  return lua === LUA ? rest.slice(0, Number(count)) : []
}
