import type { Writer } from '../reader-writer'
import { asText } from '../reply'
import type { CatchUpOutcome, CatchUpSwap } from './catch-up-and-swap'
import { asWord } from './check'
import { runScript } from './run-script'
import { INFO_LUA } from './stream-info-lua'
import { SWAP_LUA } from './swap-streams'

/** Lua: where a stream and its groups stand, as one text; any reading or acking by consumers makes another one of it. */
const STANDING_LUA = `${INFO_LUA}
local function standing(name)
  local info, failure = info_of(name)
  if failure then return nil, failure end
  local told = { info['last-generated-id'], info.length, tostring(info['entries-added']), tostring(info['idmp-duration']) }
  local groups
  groups, failure = groups_of(name)
  if failure then return nil, failure end
  for _, group in ipairs(groups) do
    local held = redis.pcall('XPENDING', name, group.name)
    if held.err then return nil, held end
    local facts = { group.name, group['last-delivered-id'], tostring(group['entries-read']), group.consumers }
    for _, part in ipairs(facts) do told[#told + 1] = part end
    for at = 1, 3 do told[#told + 1] = tostring(held[at]) end
    for _, each in ipairs(held[4] or {}) do
      told[#told + 1] = each[1]
      told[#told + 1] = each[2]
    end
  end
  return redis.sha1hex(table.concat(told, '\\n'))
end
`

/** By a script, for nobody else may come between what is read. Changes nothing. Throws REDIS. */
export async function standingOf(writer: Writer, key: Buffer): Promise<string> {
  const lua = `${STANDING_LUA}
local text, failure = standing(KEYS[1])
return failure or text`
  return asText(await runScript(writer, lua, [key], []))
}

/** Swaps where the stream still stands so; `behind` where it does not. For streams that are `large`. */
export async function swapIfStanding(
  writer: Writer,
  { key, target, aside, targetLastId, keepTtl }: Omit<CatchUpSwap, 'can' | 'seenLastId' | 'seenGroups'>,
  seen: string,
): Promise<CatchUpOutcome> {
  const lua = `${SWAP_LUA}${STANDING_LUA}
local missing = missing_name()
if missing then return missing end
local made, failure = info_of(target)
if failure then return failure end
if made['last-generated-id'] ~= ARGV[1] then return 'added-to' end
local text
text, failure = standing(key)
if failure then return failure end
if text ~= ARGV[2] then return 'behind' end
return swap(ARGV[3] == 'ttl')`
  const said = asText(await runScript(writer, lua, [key, target, aside], [targetLastId, seen, keepTtl ? 'ttl' : '']))
  return asWord(said, ['swapped', 'taken', 'no-key', 'no-target', 'behind', 'added-to'] as const)
}
