import type { AppError } from '../../../shared/error'
import type { Writer } from '../reader-writer'
import { orMissing } from '../missing'
import { asBuffer, asList, asNumber } from '../reply'
import type { ReferenceMode } from '../xdelex'
import { asWord, CHECK_LUA, checkSeen, seenArguments, type SeenEntry } from './check'
import { runScript, scriptError } from './run-script'

/** The most entries of one call. */
export const CHECKED_ACK_DELETE_MAX = 250

/**
 * `deleted`: acked, and no longer in the stream. `kept`: acked, and left in the stream: for other groups (ACKED only), or
 * since XDEL was refused. `moved` and `not-pending` were left alone.
 */
export type CheckedAckDelete = 'deleted' | 'kept' | 'moved' | 'not-pending'

const LUA = `${CHECK_LUA}
local mode = ARGV[2]
min_idle = tonumber(ARGV[3])
local states, ids, positions = {}, {}, {}
for at = 4, #ARGV, 3 do
  local state, failure = state_of(ARGV[at], ARGV[at + 1], ARGV[at + 2])
  if failure then return failure end
  states[#states + 1] = state
  if state == 'same' then
    ids[#ids + 1] = ARGV[at]
    positions[#ids] = #states
  end
end
if #ids == 0 then return { states, '', 0 } end
local left = -1
if mode == '' then
  local acked = redis.pcall('XACK', key, group, unpack(ids))
  if type(acked) == 'table' then return acked end
  local deleted = redis.pcall('XDEL', key, unpack(ids))
  local refused = type(deleted) == 'table'
  for n = 1, #ids do states[positions[n]] = refused and 'kept' or 'deleted' end
  if refused then return { states, deleted.err, 0 } end
  left = deleted
else
  local length = redis.pcall('XLEN', key)
  local results = redis.pcall('XACKDEL', key, group, mode, 'IDS', #ids, unpack(ids))
  if results.err then return results end
  for n = 1, #ids do states[positions[n]] = results[n] == 2 and 'kept' or 'deleted' end
  if type(length) == 'number' then left = length - redis.call('XLEN', key) end
end
return { states, '', left }
`

/**
 * Acks and deletes those entries that owner and delivery count are still as seen of, and that are idle for `minIdleMs`;
 * what came of each, in order. By XACKDEL (8.2+) in this mode; `mode` null: by XACK and XDEL, which keep references as KEEPREF does. `failure`: XDEL was
 * refused after the XACK. `left`: so many entries went from the stream, as XACKDEL tells none apart that was gone before;
 * null where XLEN is refused. NOT_FOUND group when group or stream is gone; RangeError beyond 250.
 */
export async function checkedAckDelete(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  entries: readonly SeenEntry[],
  mode: ReferenceMode | null,
  minIdleMs = 0,
): Promise<{
  readonly states: readonly CheckedAckDelete[]
  readonly failure: AppError | null
  readonly left: number | null
}> {
  checkSeen(entries, CHECKED_ACK_DELETE_MAX)
  const call = runScript(writer, LUA, [key], [group, mode ?? '', minIdleMs, ...entries.flatMap(seenArguments)])
  const words = ['deleted', 'kept', 'moved', 'not-pending'] as const
  const [states, refusal, left] = asList(await orMissing(call, key, group))
  const went = asNumber(left)
  const failure = asBuffer(refusal).toString('utf8')
  return {
    states: asList(states).map((state) => asWord(state, words)),
    failure: failure === '' ? null : scriptError(failure, 'XDEL', key),
    left: went < 0 ? null : went,
  }
}
