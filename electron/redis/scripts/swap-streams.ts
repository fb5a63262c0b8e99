import type { Writer } from '../reader-writer'
import { asText } from '../reply'
import { asWord } from './check'
import { runScript } from './run-script'

/** In a cluster all three must be in the same slot. */
export interface StreamNames {
  /** The stream that goes aside, and that the new one takes the name of. */
  readonly key: Buffer
  readonly target: Buffer
  /** A free name. */
  readonly aside: Buffer
}

/** `taken`: the free name is not free. All but `swapped` changed nothing. */
export type SwapOutcome = 'swapped' | 'taken' | 'no-key' | 'no-target'

/** Lua: `missing_name` gives what is in the way, `swap` renames, or gives the error. */
export const SWAP_LUA = `
if redis.replicate_commands then redis.replicate_commands() end
local key, target, aside = KEYS[1], KEYS[2], KEYS[3]
local function missing_name()
  if redis.call('EXISTS', key) == 0 then return 'no-key' end
  if redis.call('EXISTS', target) == 0 then return 'no-target' end
  if redis.call('EXISTS', aside) == 1 then return 'taken' end
end
local function swap(keep_ttl)
  local ttl = redis.call('PTTL', key)
  local first = redis.pcall('RENAMENX', key, aside)
  if type(first) == 'table' then return first end
  local second = redis.pcall('RENAMENX', target, key)
  if type(second) == 'table' then
    redis.pcall('RENAMENX', aside, key)
    return second
  end
  if ttl > 0 and keep_ttl then redis.pcall('PEXPIRE', key, ttl) end
  return 'swapped'
end
`

const LUA = `${SWAP_LUA}
return missing_name() or swap(false)
`

/**
 * Gives a stream's name to another one, and puts the first aside under a free name, with nobody in between. Throws REDIS
 * where the user may not.
 */
export async function swapStreams(writer: Writer, { key, target, aside }: StreamNames): Promise<SwapOutcome> {
  const said = asText(await runScript(writer, LUA, [key, target, aside], []))
  return asWord(said, ['swapped', 'taken', 'no-key', 'no-target'] as const)
}
