import type { Writer } from '../reader-writer'
import { orMissing } from '../missing'
import { asList, asNumber } from '../reply'
import { readStood, STANDING_LUA, type GroupStood } from './group-standing-lua'
import { runScript } from './run-script'

/** How far it counts what is pending. */
const COUNT_TO = 100

export type GroupRemoval =
  /** `stood`: where it did just before. */
  | { readonly state: 'destroyed'; readonly stood: GroupStood }
  /** How many entries are pending: at least so many where it is 100. */
  | { readonly state: 'holds'; readonly pending: number }

const LUA = `
if redis.replicate_commands then redis.replicate_commands() end
${STANDING_LUA}
local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', ${COUNT_TO})
if held.err then return held end
if #held > 0 then return {#held} end
local stands, count, failed = standing(KEYS[1], ARGV[1])
if failed then return failed end
local destroyed = redis.pcall('XGROUP', 'DESTROY', KEYS[1], ARGV[1])
if type(destroyed) == 'table' then return destroyed end
return {0, stands, count}
`

/**
 * XGROUP DESTROY of a group in which nothing is pending: what is would be dropped with it, and many pending entries would
 * keep the server busy for seconds. NOT_FOUND group when group or stream is gone.
 */
export async function destroyGroupIfEmpty(writer: Writer, key: Buffer, group: Buffer): Promise<GroupRemoval> {
  const [held, ...stood] = asList(await orMissing(runScript(writer, LUA, [key], [group]), key, group))
  const pending = asNumber(held)
  return pending === 0 ? { state: 'destroyed', stood: readStood(stood) } : { state: 'holds', pending }
}
