import type { Writer } from '../reader-writer'
import { orMissing } from '../missing'
import { asNumber } from '../reply'
import { runScript } from './run-script'

/** How far it counts what a consumer holds. */
const COUNT_TO = 100

export type ConsumerRemoval =
  | { readonly state: 'removed' }
  /** How many entries it holds: at least so many where it is 100. */
  | { readonly state: 'holds'; readonly pending: number }

const LUA = `
if redis.replicate_commands then redis.replicate_commands() end
local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', ${COUNT_TO}, ARGV[2])
if held.err then return held end
if #held > 0 then return #held end
local dropped = redis.pcall('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
if type(dropped) == 'table' then return dropped end
return 0
`

/**
 * XGROUP DELCONSUMER of a consumer that holds nothing: what it holds would be dropped with it, and never be delivered
 * again. `removed` also where there was no such consumer: to know, the script would have to list all of them, which takes
 * 8 ms for 10,000. NOT_FOUND group when group or stream is gone.
 */
export async function removeConsumerIfEmpty(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  consumer: Buffer,
): Promise<ConsumerRemoval> {
  const pending = asNumber(await orMissing(runScript(writer, LUA, [key], [group, consumer]), key, group))
  return pending === 0 ? { state: 'removed' } : { state: 'holds', pending }
}
