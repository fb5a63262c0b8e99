import type { Count } from '../../../shared/count'
import type { EntryId } from '../../../shared/entry-id'
import { asCount, asId, asList, type Reply } from '../reply'

/** Where a group stands, as a script read it. `entriesRead` null: before 7.0, or the server lost count. */
export interface GroupStood {
  readonly lastDeliveredId: EntryId
  readonly entriesRead: Count | null
}

/** Lua: `standing` gives a group's last delivered id and its entries read, or the error; nothing where there is no such group. */
export const STANDING_LUA = `
local function standing(key, group)
  local groups = redis.pcall('XINFO', 'GROUPS', key)
  if groups.err then return nil, nil, groups end
  for _, told in ipairs(groups) do
    local by_name = {}
    for at = 1, #told, 2 do by_name[told[at]] = told[at + 1] end
    if by_name['name'] == group then return by_name['last-delivered-id'], by_name['entries-read'] end
  end
end
`

/** What `standing` gave, as a script passes it on: an id, and a count that may be missing. */
export function readStood(reply: Reply): GroupStood {
  const [id, read] = asList(reply)
  return { lastDeliveredId: asId(id), entriesRead: read === null || read === undefined ? null : asCount(read) }
}
