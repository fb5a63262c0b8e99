import { IS_BEFORE_LUA } from './id-order-lua'

/** So many entries at a time where ids lie close together, as nobody knows how large the next one is. */
const STEP = 16

/**
 * Lua: `gone_among` gives which of `ids`, which ascend, are no longer in the stream, by looking: what the stream says of the greatest id ever
 * deleted is not asked. Beside it, how many it looked for: `is_over`, given each entry that it meets, is true where it must end. Or nil and what
 * was refused. Wants `key`.
 */
export const GONE_AMONG_LUA = `${IS_BEFORE_LUA}
local function gone_among(ids, is_over)
  local gone, at, step, over = {}, 1, 1, false
  while at <= #ids and not over do
    local found = redis.pcall('XRANGE', key, ids[at], ids[#ids], 'COUNT', step)
    if found.err then return nil, found end
    local there, hits, greatest = {}, 0, nil
    for _, entry in ipairs(found) do
      greatest = entry[1]
      there[greatest] = true
      over = is_over(entry) or over
    end
    repeat
      local id = ids[at]
      if there[id] then
        hits = hits + 1
      elseif #found == step and not is_before(id, greatest) then
        break
      else
        gone[#gone + 1] = id
      end
      at = at + 1
    until at > #ids
    step = hits * 2 >= step and math.min(step * 4, ${STEP}) or math.max(1, math.floor(step / 4))
  end
  return gone, at - 1
end
`
