/** Lua: `is_before` compares two ids. Their halves don't fit a number: without leading zeros, the longer one is the greater. */
export const IS_BEFORE_LUA = `
local function is_before(a, b)
  local a_ms, a_seq = string.match(a, '^(%d+)-(%d+)$')
  local b_ms, b_seq = string.match(b, '^(%d+)-(%d+)$')
  local x, y = a_ms, b_ms
  if x == y then x, y = a_seq, b_seq end
  if #x ~= #y then return #x < #y end
  return x < y
end
`

/** Lua: `next_id` gives the smallest id that is greater, or nil after the greatest there is. */
export const NEXT_ID_LUA = `
local function plus_one(digits)
  local head, nines = string.match(digits, '^(%d-)(9*)$')
  local zeros = string.rep('0', #nines)
  if head == '' then return '1' .. zeros end
  return string.sub(head, 1, -2) .. (tonumber(string.sub(head, -1)) + 1) .. zeros
end
local function next_id(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  local greatest = '18446744073709551615'
  if seq ~= greatest then return ms .. '-' .. plus_one(seq) end
  if ms ~= greatest then return plus_one(ms) .. '-0' end
end
`
