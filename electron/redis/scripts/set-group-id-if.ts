import type { Count } from '../../../shared/count'
import type { EntryId } from '../../../shared/entry-id'
import { orMissing } from '../missing'
import type { Writer } from '../reader-writer'
import { asList } from '../reply'
import { asWord } from './check'
import { readStood, STANDING_LUA, type GroupStood } from './group-standing-lua'
import { runScript } from './run-script'

/** `not-beyond`: where the group stands at the new position or before it. `at`: where it stands just there. */
export type Where = 'anywhere' | 'not-beyond' | { readonly at: EntryId }

/** Where the group stood in that moment, and whether its id was set. */
export interface GroupMove {
  readonly state: 'set' | 'left'
  readonly stood: GroupStood
}

/** Halves of ids don't fit a number: without leading zeros, the longer one is the greater. */
const LUA = `
if redis.replicate_commands then redis.replicate_commands() end
${STANDING_LUA}
local function less(a, b)
  if #a ~= #b then return #a < #b end
  return a < b
end
local function beyond(a, b)
  local a_ms, a_seq = string.match(a, '(%d+)-(%d+)')
  local b_ms, b_seq = string.match(b, '(%d+)-(%d+)')
  if a_ms ~= b_ms then return less(b_ms, a_ms) end
  return less(b_seq, a_seq)
end
local key, group, position, where, read = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local stands, count, failed = standing(key, group)
if failed then return failed end
if not stands then return redis.error_reply('NOGROUP No such consumer group') end
if where == 'not-beyond' and beyond(stands, position) then return {'left', stands, count} end
if where ~= 'not-beyond' and where ~= 'anywhere' and stands ~= where then return {'left', stands, count} end
local set
if read == '' then
  set = redis.pcall('XGROUP', 'SETID', key, group, position)
else
  set = redis.pcall('XGROUP', 'SETID', key, group, position, 'ENTRIESREAD', read)
end
if set.err then return set end
return {'set', stands, count}
`

/** XGROUP SETID, where the group stands as it should; else nothing. One step. NOT_FOUND stream or group. */
export async function setGroupIdIf(
  writer: Writer,
  key: Buffer,
  group: Buffer,
  { position, entriesRead, where }: { position: EntryId; entriesRead: Count | null; where: Where },
): Promise<GroupMove> {
  const args = [
    group,
    position,
    typeof where === 'string' ? where : where.at,
    entriesRead === null ? '' : String(entriesRead),
  ]
  const [state, ...stood] = asList(await orMissing(runScript(writer, LUA, [key], args), key, group))
  return { state: asWord(state, ['set', 'left']), stood: readStood(stood) }
}
