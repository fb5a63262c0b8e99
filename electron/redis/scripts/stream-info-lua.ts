import { IS_BEFORE_LUA } from './id-order-lua'

/** Lua: `info_of` a stream and the `groups_of` it, each by the names that Redis gives; `is_before` of ids; and counts as texts. */
export const INFO_LUA = `
local function by_name(told)
  local found = {}
  for at = 1, #told, 2 do found[told[at]] = told[at + 1] end
  return found
end
local function info_of(name)
  local told = redis.pcall('XINFO', 'STREAM', name)
  if told.err then return nil, told end
  return by_name(told)
end
local function groups_of(name)
  local told = redis.pcall('XINFO', 'GROUPS', name)
  if told.err then return nil, told end
  local list, named = {}, {}
  for at, each in ipairs(told) do
    list[at] = by_name(each)
    named[list[at].name] = list[at]
  end
  return list, nil, named
end
${IS_BEFORE_LUA}
local function whole(number)
  if number >= 9223372036854775807 then return '9223372036854775807' end
  return string.format('%.0f', number)
end
`
