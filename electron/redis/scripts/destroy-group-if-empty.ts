import type { Writer } from '../reader-writer'
import { orMissing } from '../missing'
import { asNumber } from '../reply'
import { runScript } from './run-script'

/** How far it counts what is pending. */
const COUNT_TO = 100

export type GroupRemoval =
  | { readonly state: 'destroyed' }
  /** How many entries are pending: at least so many where it is 100. */
  | { readonly state: 'holds'; readonly pending: number }

const LUA = `
if redis.replicate_commands then redis.replicate_commands() end
local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', ${COUNT_TO})
if held.err then return held end
if #held > 0 then return #held end
local destroyed = redis.pcall('XGROUP', 'DESTROY', KEYS[1], ARGV[1])
if type(destroyed) == 'table' then return destroyed end
return 0
`

/**
 * XGROUP DESTROY of a group in which nothing is pending: what is would be dropped with it, and many pending entries would
 * keep the server busy for seconds. NOT_FOUND group when group or stream is gone.
 */
export async function destroyGroupIfEmpty(writer: Writer, key: Buffer, group: Buffer): Promise<GroupRemoval> {
  const pending = asNumber(await orMissing(runScript(writer, LUA, [key], [group]), key, group))
  return pending === 0 ? { state: 'destroyed' } : { state: 'holds', pending }
}
