/** Of an entry of more bytes than `whole` its digest goes by these: so many parts, and of each so many bytes at both ends. */
export const DIGEST = { whole: 64 * 1024, parts: 64, bytes: 1024 } as const

/** Lua: `digest_of` gives of an entry's fields what `digestOfBody` does. */
export const DIGEST_LUA = `
local function digest_of(parts)
  local size = 0
  for _, part in ipairs(parts) do size = size + #part end
  local isCut = size > ${DIGEST.whole}
  local told = { #parts .. ';' }
  for n, part in ipairs(parts) do
    if isCut and n > ${DIGEST.parts} then break end
    told[#told + 1] = #part .. ':'
    told[#told + 1] = isCut and string.sub(part, 1, ${DIGEST.bytes}) .. string.sub(part, -${DIGEST.bytes}) or part
  end
  return redis.sha1hex(table.concat(told))
end
`
