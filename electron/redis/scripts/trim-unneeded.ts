import type { EntryId } from '../../../shared/entry-id'
import type { Argument, Writer } from '../reader-writer'
import { orMissing } from '../missing'
import { asBuffer, asId, asList, asNumber } from '../reply'
import { asWord } from './check'
import { IS_BEFORE_LUA, NEXT_ID_LUA } from './id-order-lua'
import { runScript } from './run-script'

/** So many groups one call looks at: each is an XPENDING of one entry, and nobody else is served meanwhile. */
export const MOST_GROUPS = 500
/** Ids of one XDEL: a script can't hand on many more arguments than 7000. */
const MOST_UNNEEDED_IDS = 1_000

/** XTRIM of whole nodes (6.2+), XTRIM MINID (6.2+), or XDEL of those ids that lie before the cut. */
export type UnneededHow =
  | { readonly kind: 'nodes'; readonly limit: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'ids'; readonly ids: readonly EntryId[] }

export type Unneeded =
  /** Nothing was removed: there are more groups than one call may look at. */
  | { readonly state: 'many-groups' }
  /** Nothing at or after `before` was removed. `heldBy`: the group that needs what lies there, where that is before what was asked for. */
  | {
      readonly state: 'trimmed'
      readonly removed: number
      readonly before: EntryId
      readonly heldBy: Buffer | null
    }

const LUA = `
if redis.replicate_commands then redis.replicate_commands() end
${IS_BEFORE_LUA}${NEXT_ID_LUA}
local key, before, how, limit = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local groups = redis.pcall('XINFO', 'GROUPS', key)
if groups.err then return groups end
if #groups > ${MOST_GROUPS} then return { 'many-groups' } end
local held_by
local function keep(id, name)
  if id and is_before(id, before) then before, held_by = id, name end
end
for _, told in ipairs(groups) do
  local group = {}
  for at = 1, #told, 2 do group[told[at]] = told[at + 1] end
  keep(next_id(group['last-delivered-id']), group.name)
  if group.pending > 0 then
    local oldest = redis.pcall('XPENDING', key, group.name, '-', '+', 1)
    if oldest.err then return oldest end
    if oldest[1] then keep(oldest[1][1], group.name) end
  end
end
local removed = 0
if how == 'nodes' then
  removed = redis.pcall('XTRIM', key, 'MINID', '~', before, 'LIMIT', limit)
elseif how == 'all' then
  removed = redis.pcall('XTRIM', key, 'MINID', before)
else
  local ids = {}
  for at = 4, #ARGV do
    if is_before(ARGV[at], before) then ids[#ids + 1] = ARGV[at] end
  end
  if #ids > 0 then removed = redis.pcall('XDEL', key, unpack(ids)) end
end
if type(removed) == 'table' then return removed end
return { 'trimmed', removed, before, held_by or false }
`

/**
 * Removes what lies before an id, and of that nothing at or after the smallest id that any group needs in that moment: its
 * oldest pending one, or what comes after its last delivered one. NOT_FOUND stream; RangeError beyond 1000 ids.
 */
export async function trimUnneeded(writer: Writer, key: Buffer, before: EntryId, how: UnneededHow): Promise<Unneeded> {
  const ids = how.kind === 'ids' ? how.ids : []
  if (ids.length > MOST_UNNEEDED_IDS)
    throw new RangeError(`this script takes ${MOST_UNNEEDED_IDS} ids, not ${ids.length}`)
  const args: readonly Argument[] = [before, how.kind, how.kind === 'nodes' ? how.limit : 0, ...ids]
  const [said, removed, at, group] = asList(await orMissing(runScript(writer, LUA, [key], args), key))
  const state = asWord(said, ['trimmed', 'many-groups'] as const)
  if (state === 'many-groups') return { state }
  const heldBy = group === null || group === undefined ? null : asBuffer(group)
  return { state, removed: asNumber(removed), before: asId(at), heldBy }
}
