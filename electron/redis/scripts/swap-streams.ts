import type { EntryId } from '../../../shared/entry-id'
import type { Writer } from '../reader-writer'
import { asText } from '../reply'
import { asWord } from './check'
import { runScript } from './run-script'

/** In a cluster all three must be in the same slot. */
export interface StreamSwap {
  /** The stream that goes aside, and that the new one takes the name of. */
  readonly key: Buffer
  readonly target: Buffer
  /** A free name. */
  readonly aside: Buffer
  /** The last ids ever given out in both, as they were seen; null: whatever they are. */
  readonly seen: { readonly key: EntryId; readonly target: EntryId } | null
}

/** `moved`: one of the two was added to since it was seen. `taken`: the free name is not free. All but `swapped` changed nothing. */
export type SwapOutcome = 'swapped' | 'moved' | 'taken' | 'no-key' | 'no-target'

const LUA = `
if redis.replicate_commands then redis.replicate_commands() end
local key, target, aside = KEYS[1], KEYS[2], KEYS[3]
local function last_id(name)
  local info = redis.pcall('XINFO', 'STREAM', name)
  if info.err then return nil, info end
  for at = 1, #info, 2 do
    if info[at] == 'last-generated-id' then return info[at + 1] end
  end
end
if redis.call('EXISTS', key) == 0 then return 'no-key' end
if redis.call('EXISTS', target) == 0 then return 'no-target' end
if redis.call('EXISTS', aside) == 1 then return 'taken' end
if ARGV[1] ~= '' then
  for at = 1, 2 do
    local id, failure = last_id(KEYS[at])
    if failure then return failure end
    if id ~= ARGV[at] then return 'moved' end
  end
end
local ttl = redis.call('PTTL', key)
local first = redis.pcall('RENAMENX', key, aside)
if type(first) == 'table' then return first end
local second = redis.pcall('RENAMENX', target, key)
if type(second) == 'table' then
  redis.pcall('RENAMENX', aside, key)
  return second
end
if ttl > 0 and ARGV[3] == 'ttl' then redis.pcall('PEXPIRE', key, ttl) end
return 'swapped'
`

/**
 * Gives a stream's name to another one, and puts the first aside under a free name, with nobody in between. With `keepTtl`
 * the name expires when it would have. Throws REDIS where either is no stream (any more) or the user may not.
 */
export async function swapStreams(
  writer: Writer,
  { key, target, aside, seen }: StreamSwap,
  keepTtl: boolean,
): Promise<SwapOutcome> {
  const args = [seen?.key ?? '', seen?.target ?? '', keepTtl ? 'ttl' : '']
  const said = asText(await runScript(writer, LUA, [key, target, aside], args))
  return asWord(said, ['swapped', 'moved', 'taken', 'no-key', 'no-target'] as const)
}
