import { createHash } from 'node:crypto'
import { DIGEST_LUA } from './digest-lua'
import { GONE_AMONG_LUA } from './gone-lua'

/** Under which `info` tells how many bytes the first and the last entry hold. */
export const ENDS_BYTES = 'bytes-of-the-ends'

/**
 * What XINFO STREAM and XRANGE tell beside whole entries: these stay in the server. Only reads (EVAL_RO sees to it).
 * `info`: XINFO STREAM with its ends as their ids, and figures as text, as a script's numbers are doubles.
 * `ids`: which ids there are in the ranges given, both ends included and so many of each at most. Ends once it has touched so many
 * bytes, and tells how many of the ranges it looked through. `digests`: of the first entry of each range, until so many bytes
 * were touched, its id and what `digestOfBody` gives of it. `gone`: how many of the ids given, which ascend, it looked for until so many
 * bytes were touched, and which of these are not there.
 */
export const WITHOUT_BODIES_LUA = `local key = KEYS[1]
local bytes = 0
${DIGEST_LUA}${GONE_AMONG_LUA}
local function measure(entry)
  for _, value in ipairs(entry[2] or {}) do bytes = bytes + #value end
end
local function sweep()
  if bytes > 1000000 then collectgarbage() end
end
if ARGV[1] == 'info' then
  local info = redis.pcall('XINFO', 'STREAM', key)
  if info.err then return redis.error_reply(info.err) end
  for n = 2, #info, 2 do
    local value = info[n]
    if type(value) == 'table' then
      measure(value)
      info[n] = { value[1], {} }
    elseif type(value) == 'number' then
      info[n] = string.format('%.0f', value)
    end
  end
  info[#info + 1] = '${ENDS_BYTES}'
  info[#info + 1] = string.format('%.0f', bytes)
  sweep()
  return info
end
if ARGV[1] == 'digests' then
  local most, found = tonumber(ARGV[2]), {}
  for at = 3, #ARGV, 2 do
    if bytes >= most then break end
    local range = redis.pcall('XRANGE', key, ARGV[at], ARGV[at + 1], 'COUNT', 1)
    if range.err then return redis.error_reply(range.err) end
    local entry = range[1]
    if entry then
      measure(entry)
      found[#found + 1] = { entry[1], digest_of(entry[2]) }
    end
  end
  sweep()
  return found
end
if ARGV[1] == 'gone' then
  local most, ids = tonumber(ARGV[2]), {}
  for at = 3, #ARGV do ids[#ids + 1] = ARGV[at] end
  local gone, looked = gone_among(ids, function(entry)
    measure(entry)
    return bytes >= most
  end)
  if not gone then return redis.error_reply(looked.err) end
  sweep()
  return { looked, gone }
end
local most, count, ids, looked = tonumber(ARGV[2]), tonumber(ARGV[3]), {}, 0
for at = 4, #ARGV, 2 do
  local from, left, asked = ARGV[at], count, 1
  while left > 0 and bytes < most do
    asked = math.min(asked, left)
    local found = redis.pcall('XRANGE', key, from, ARGV[at + 1], 'COUNT', asked)
    if found.err then return redis.error_reply(found.err) end
    for _, entry in ipairs(found) do
      measure(entry)
      ids[#ids + 1] = entry[1]
    end
    left = #found < asked and 0 or left - asked
    from = #found > 0 and '(' .. ids[#ids]
    asked = 16
  end
  if left > 0 then break end
  looked = looked + 1
end
sweep()
return { looked, ids }
`
export const WITHOUT_BODIES_SHA = createHash('sha1').update(WITHOUT_BODIES_LUA).digest('hex')
